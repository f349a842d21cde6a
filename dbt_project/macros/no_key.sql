{# A null of the type that keys have. #}
{% macro no_key() -%}
    {{ return(adapter.dispatch('no_key', 'turnaround')()) }}
{%- endmacro %}

{% macro default__no_key() -%}
    null::uuid
{%- endmacro %}

{% macro spark__no_key() -%}
    cast(null as string)
{%- endmacro %}
