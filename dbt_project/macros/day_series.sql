{# The days from one to another, both included, as a from-item of one column. #}
{% macro day_series(first_day, last_day) -%}
    {{ return(adapter.dispatch('day_series', 'turnaround')(first_day, last_day)) }}
{%- endmacro %}

{% macro default__day_series(first_day, last_day) -%}
    generate_series({{ first_day }}::timestamp, {{ last_day }}::timestamp, '1 day')
{%- endmacro %}
