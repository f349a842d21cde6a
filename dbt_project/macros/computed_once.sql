{# Behind the `as` of a CTE: what each row of a query looks up in it is computed for the first row alone. #}
{% macro computed_once() -%}
    {{ return(adapter.dispatch('computed_once', 'turnaround')()) }}
{%- endmacro %}

{% macro default__computed_once() -%}
    materialized
{%- endmacro %}

{% macro spark__computed_once() -%}
{%- endmacro %}
