{# Part of whole as 0 to 100; null when there is no whole. #}
{% macro percentage(part, whole) -%}
    {{ return(adapter.dispatch('percentage', 'turnaround')(part, whole)) }}
{%- endmacro %}

{% macro default__percentage(part, whole) -%}
    (100.0 * {{ part }} / nullif({{ whole }}, 0))::numeric(14, 4)
{%- endmacro %}

{% macro spark__percentage(part, whole) -%}
    cast(100.0 * {{ part }} / nullif({{ whole }}, 0) as decimal(14, 4))
{%- endmacro %}
