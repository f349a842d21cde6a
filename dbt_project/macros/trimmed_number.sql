{# A number that shows no zeros behind the point, where a type allows that: 50, not 50.000. #}
{% macro trimmed_number(number) -%}
    {{ return(adapter.dispatch('trimmed_number', 'turnaround')(number)) }}
{%- endmacro %}

{% macro default__trimmed_number(number) -%}
    trim_scale({{ number }})
{%- endmacro %}

{% macro spark__trimmed_number(number) -%}
    {{ number }}
{%- endmacro %}
