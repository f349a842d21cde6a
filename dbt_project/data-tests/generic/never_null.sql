{# Holds when none of `columns` is null on any row: one pass for all of them. #}
{% test never_null(model, columns) %}
{{ config(meta={'description': 'Never null: ' ~ (columns | join(', ')) ~ '.'}) }}

select {{ columns | join(', ') }}
from {{ model }}
where
    {%- for column in columns %}
    {% if not loop.first %}or {% endif %}{{ column }} is null
    {%- endfor %}

{% endtest %}
