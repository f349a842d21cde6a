{# The median of a column over a group, nulls left out; null when nothing is left. #}
{% macro median(column) -%}
    {{ return(adapter.dispatch('median', 'turnaround')(column)) }}
{%- endmacro %}

{% macro default__median(column) -%}
    (percentile_cont(0.5) within group (order by {{ column }}))::numeric(20, 10)
{%- endmacro %}

{% macro spark__median(column) -%}
    cast(percentile_cont(0.5) within group (order by {{ column }}) as decimal(20, 10))
{%- endmacro %}
