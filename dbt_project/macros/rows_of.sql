{# Rows written out as a relation; their values may come from relations before it. #}
{% macro rows_of(rows, alias, columns) -%}
    {{ return(adapter.dispatch('rows_of', 'turnaround')(rows, alias, columns)) }}
{%- endmacro %}

{% macro default__rows_of(rows, alias, columns) -%}
    lateral (
        values
        {%- for row in rows %}
        ({{ row | join(', ') }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as {{ alias }} ({{ columns | join(', ') }})
{%- endmacro %}

{# Spark evaluates values before it joins: they can't name another relation's columns. #}
{% macro spark__rows_of(rows, alias, columns) -%}
    lateral (
        select inline(array(
            {%- for row in rows %}
            struct({{ row | join(', ') }}){{ ',' if not loop.last }}
            {%- endfor %}
        ))
    ) as {{ alias }} ({{ columns | join(', ') }})
{%- endmacro %}
