{# The present of every model, read once a query: now, or the session's tat.as_of. #}
{% macro as_of() -%}
    {{ return(adapter.dispatch('as_of', 'turnaround')()) }}
{%- endmacro %}

{% macro default__as_of() -%}
    (select tat.as_of())
{%- endmacro %}
