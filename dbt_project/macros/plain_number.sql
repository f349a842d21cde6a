{# A number as text, without zeros behind the point: 50, not 50.000. #}
{% macro plain_number(number) -%}
    {{ return(adapter.dispatch('plain_number', 'turnaround')(number)) }}
{%- endmacro %}

{% macro default__plain_number(number) -%}
    {{ trimmed_number(number) }}::text
{%- endmacro %}

{# With a scale there is always a point, so that no zero before it is taken. #}
{% macro spark__plain_number(number) -%}
    trim(trailing '.' from trim(
        trailing '0' from cast(cast({{ number }} as decimal(20, 6)) as string)
    ))
{%- endmacro %}
