{# A 64-bit number that depends on every column of a row, in their order. #}
{% macro hash_of_row(alias) -%}
    {{ return(adapter.dispatch('hash_of_row', 'turnaround')(alias)) }}
{%- endmacro %}

{% macro default__hash_of_row(alias) -%}
    hash_record_extended({{ alias }}, 0)
{%- endmacro %}

{% macro spark__hash_of_row(alias) -%}
    xxhash64({{ alias }}.*)
{%- endmacro %}
