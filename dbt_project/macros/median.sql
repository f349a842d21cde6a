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


{# The median of a column over the rows of a relation that meet a condition. As many of them as `row_count` have one:
   PostgreSQL takes those in the middle from an index that begins with what the condition compares and goes on with
   the column. #}
{% macro median_in_order(relation, condition, column, row_count) -%}
    {{ return(adapter.dispatch('median_in_order', 'turnaround')(
        relation, condition, column, row_count
    )) }}
{%- endmacro %}

{% macro default__median_in_order(relation, condition, column, row_count) -%}
    (
        select {{ median('middle.sorted_value') }}
        from (
            select {{ column }} as sorted_value
            from {{ relation }}
            where {{ condition }} and {{ column }} is not null
            order by {{ column }}
            offset greatest({{ row_count }} - 1, 0) / 2
            limit (2 - {{ row_count }} % 2)
        ) as middle
    )
{%- endmacro %}

{# Spark looks nothing up by index, and wants the same offset for every row. #}
{% macro spark__median_in_order(relation, condition, column, row_count) -%}
    (select {{ median(column) }} from {{ relation }} where {{ condition }})
{%- endmacro %}
