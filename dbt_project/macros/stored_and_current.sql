{# All rows of an incremental table (is_stored), and those of requests that changed since as they are now.
   Joined where the current rows come from joins alone: then all is read in parallel. A view that counts is asked
   for one request at a time (`one_by_one`): they are few, and all would be counted otherwise. #}
{% macro stored_and_current(stored, current, changed, alias, one_by_one=false) -%}
    {{ return(adapter.dispatch('stored_and_current', 'turnaround')(
        stored, current, changed, alias, one_by_one
    )) }}
{%- endmacro %}

{% macro default__stored_and_current(stored, current, changed, alias, one_by_one) -%}
    (
        select
            stored_rows.*,
            true as is_stored
        from {{ stored }} as stored_rows
        union all
        select
            current_rows.*,
            false as is_stored
        from {{ changed }} as changed
        {%- if one_by_one %}
        cross join
            {{ rows_of_request(current, 'changed.request_id', 'current_rows') }}
        {%- else %}
        inner join {{ current }} as current_rows
            on changed.request_id = current_rows.request_id
        {%- endif %}
    ) as {{ alias }}
{%- endmacro %}

{# Spark looks nothing up by index: all is joined. #}
{% macro spark__stored_and_current(stored, current, changed, alias, one_by_one) -%}
    (
        select
            stored_rows.*,
            true as is_stored
        from {{ stored }} as stored_rows
        union all
        select
            current_rows.*,
            false as is_stored
        from {{ current }} as current_rows
        left semi join {{ changed }} as changed
            on current_rows.request_id = changed.request_id
    ) as {{ alias }}
{%- endmacro %}


{# The rows of one request, or those of them that meet a condition on `candidate`, looked up for each request that
   stands before. PostgreSQL would count a view whole, or read a union whole, before it joins it to a few requests. #}
{% macro rows_of_request(relation, request_id, alias, condition='true') -%}
    {{ return(adapter.dispatch('rows_of_request', 'turnaround')(
        relation, request_id, alias, condition
    )) }}
{%- endmacro %}

{% macro default__rows_of_request(relation, request_id, alias, condition) -%}
    lateral (
        select candidate.*
        from {{ relation }} as candidate
        where candidate.request_id = {{ request_id }} and {{ condition }}
        offset 0
    ) as {{ alias }}
{%- endmacro %}

{% macro spark__rows_of_request(relation, request_id, alias, condition) -%}
    lateral (
        select candidate.*
        from {{ relation }} as candidate
        where candidate.request_id = {{ request_id }} and {{ condition }}
    ) as {{ alias }}
{%- endmacro %}
