{# Holds when the model has as many rows as `compare_to`, or as those of it that meet `compare_where`. #}
{% test equal_row_count(model, compare_to, compare_where='true') %}

with counts as (

    select
        (select count(*) from {{ model }}) as model_rows,
        (select count(*) from {{ compare_to }} where {{ compare_where }}) as compared_rows

)

select *
from counts
where model_rows <> compared_rows

{% endtest %}
