{# Holds when a column is a key: never null, and no two rows agree on it. One pass for both. #}
{% test primary_key(model, column_name) %}
{{ config(meta={'description': column_name ~ ' is never null, and no two rows agree on it.'}) }}

select
    {{ column_name }},
    count(*) as row_count
from {{ model }}
group by {{ column_name }}
having count(*) > 1 or {{ column_name }} is null

{% endtest %}
