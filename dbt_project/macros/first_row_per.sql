{# A query for the first row of each key, in an order that leaves no ties. #}
{% macro first_row_per(relation, key, order_by, columns) -%}
    {{ return(adapter.dispatch('first_row_per', 'turnaround')(
        relation, key, order_by, columns
    )) }}
{%- endmacro %}

{% macro default__first_row_per(relation, key, order_by, columns) -%}
    select distinct on ({{ key | join(', ') }})
        {{ columns | join(', ') }}
    from {{ relation }}
    order by {{ (key + order_by) | join(', ') }}
{%- endmacro %}

{% macro spark__first_row_per(relation, key, order_by, columns) -%}
    select {{ columns | join(', ') }}
    from (
        select
            {{ relation }}.*,
            row_number() over (
                partition by {{ key | join(', ') }}
                order by {{ order_by | join(', ') }}
            ) as place_in_key
        from {{ relation }}
    ) as placed
    where place_in_key = 1
{%- endmacro %}
