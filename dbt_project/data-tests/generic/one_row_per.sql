{# Holds when no two rows agree on all of `columns`, and none of `never_null` is null on any row: one pass for both.
   Nulls in `columns` are equal here, so a null group counts once. #}
{% test one_row_per(model, columns, never_null=[]) %}
{{ config(meta={'description': 'No two rows agree on ' ~ (columns | join(', ')) ~ '.'}) }}

select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in never_null %}
    or count(*) > count({{ column }})
    {%- endfor %}

{% endtest %}
