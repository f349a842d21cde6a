{# Holds when the model has as many rows as `compare_to`, or as those of it that meet `compare_where`. #}
{% test equal_row_count(model, compare_to, compare_where='true') %}
{{ config(meta={'description': 'As many rows as the relation that it is compared with.'}) }}

with counts as (

    select
        (select count(*) from {{ model }}) as model_count,
        (select count(*) from {{ rows_to_test(compare_to) }} where {{ compare_where }})
            as compared_count

)

select *
from counts
where model_count <> compared_count

{% endtest %}
