{# Holds when the expression is true or unknown on every row. #}
{% test expression_is_true(model, expression) %}
{{ config(meta={'description': 'True or unknown on every row: ' ~ expression}) }}

select *
from {{ model }}
where not ({{ expression }})

{% endtest %}
