{# Holds when no value lies below `min_value` or above `max_value`; nulls are not judged. #}
{% test accepted_range(model, column_name, min_value=none, max_value=none) %}
{{ config(meta={'description': column_name ~ ' is ' ~ (['at least ' ~ min_value if min_value is not none, 'at most ' ~ max_value if max_value is not none] | select | join(' and ')) ~ '.'}) }}

select {{ column_name }}
from {{ model }}
where
    false
    {%- if min_value is not none %}
    or {{ column_name }} < {{ min_value }}
    {%- endif %}
    {%- if max_value is not none %}
    or {{ column_name }} > {{ max_value }}
    {%- endif %}

{% endtest %}
