{# The present of every model, read once a query: now, or the session's tat.as_of. #}
{% macro as_of() -%}
    {{ return(adapter.dispatch('as_of', 'turnaround')()) }}
{%- endmacro %}

{% macro default__as_of() -%}
    (select tat.as_of())
{%- endmacro %}

{# Spark has no session setting of ours: the variable as_of of the dbt run, or now. #}
{% macro spark__as_of() -%}
    {%- set instant = var('as_of', none) -%}
    {%- if instant %}timestamp '{{ instant }}'{% else %}current_timestamp(){% endif -%}
{%- endmacro %}
