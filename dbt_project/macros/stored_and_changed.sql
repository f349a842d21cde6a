{# The rows of a stored fact (is_stored), and below them what its view says of the requests that changed since.
   Joined where the view is made of joins alone: then all of it is read in parallel. A view that counts is asked
   for one request at a time (`one_by_one`): they are few, and all would be counted otherwise. #}
{% macro stored_and_changed(stored, measured, changed, one_by_one=false) -%}
    {{ return(adapter.dispatch('stored_and_changed', 'turnaround')(
        stored, measured, changed, one_by_one
    )) }}
{%- endmacro %}

{% macro default__stored_and_changed(stored, measured, changed, one_by_one) -%}
select
    stored.*,
    true as is_stored
from {{ stored }} as stored
union all
select
    measured.*,
    false as is_stored
from {{ changed }} as changed
{%- if one_by_one %}
cross join
    {{ rows_of_request(measured, 'changed.request_id', 'measured') }}
{%- else %}
inner join {{ measured }} as measured
    on changed.request_id = measured.request_id
{%- endif %}
{%- endmacro %}

{# Spark looks nothing up by index: all is joined. #}
{% macro spark__stored_and_changed(stored, measured, changed, one_by_one) -%}
select
    stored.*,
    true as is_stored
from {{ stored }} as stored
union all
select
    measured.*,
    false as is_stored
from {{ measured }} as measured
left semi join {{ changed }} as changed
    on measured.request_id = changed.request_id
{%- endmacro %}


{# What is true now of such rows: those of changed requests as they are, all others as stored. #}
{% macro is_current_version(versions, changed) -%}
    (
        not {{ versions }}.is_stored
        or {{ versions }}.request_id
        not in (select changed.request_id from {{ changed }} as changed)
    )
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
