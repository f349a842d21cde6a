{# What is added up for each approver, over all levels: names and types. #}
{% macro approver_totals() -%}
    {{ return({
        'total_assignments': 'bigint',
        'pending_count': 'bigint',
        'approved_count': 'bigint',
        'rejected_count': 'bigint',
        'skipped_count': 'bigint',
        'decided_count': 'bigint',
        'within_tat_count': 'bigint',
        'timed_count': 'bigint',
        'halted_late_count': 'bigint',
        'response_time_hours_total': 'numeric(30, 10)',
    }) }}
{%- endmacro %}


{# What is added up for each initiator and month, over levels decided on their clock: names and types. #}
{% macro initiator_month_totals() -%}
    {{ return({
        'levels_decided': 'bigint',
        'levels_within_tat': 'bigint',
    }) }}
{%- endmacro %}


{# What is added up for each department and month, over submitted requests: names and types. #}
{% macro department_month_totals() -%}
    {{ return({
        'requests_submitted': 'bigint',
        'still_open': 'bigint',
        'approved': 'bigint',
        'rejected': 'bigint',
        'timed_requests': 'bigint',
        'cycle_time_hours_total': 'numeric(30, 10)',
    }) }}
{%- endmacro %}


{# What is added up for each initiator, over submitted requests: names and types. #}
{% macro initiator_totals() -%}
    {{ return({
        'total_requests': 'bigint',
        'open_requests': 'bigint',
        'approved_requests': 'bigint',
        'rejected_requests': 'bigint',
        'closed_requests': 'bigint',
        'express_requests': 'bigint',
        'standard_requests': 'bigint',
        'timed_requests': 'bigint',
        'cycle_time_hours_total': 'numeric(30, 10)',
        'levels_decided': 'bigint',
        'levels_within_tat': 'bigint',
        'late_requests': 'bigint',
    }) }}
{%- endmacro %}


{# What is added up for each local day, over submitted requests: names and types. #}
{% macro request_day_totals() -%}
    {{ return({
        'requests_created': 'bigint',
        'requests_submitted': 'bigint',
        'requests_opened': 'bigint',
        'requests_ended': 'bigint',
        'requests_approved': 'bigint',
        'requests_rejected': 'bigint',
        'requests_closed': 'bigint',
        'cycle_time_hours_total': 'numeric(30, 10)',
    }) }}
{%- endmacro %}


{# What is added up for each local day, over levels whose clock stands still: names and types. #}
{% macro level_day_totals() -%}
    {{ return({
        'levels_within_tat': 'bigint',
        'levels_breached': 'bigint',
        'levels_halted_late': 'bigint',
    }) }}
{%- endmacro %}


{# What is added up for each local day, over notes, documents and alerts: names and types. #}
{% macro traffic_day_totals() -%}
    {{ return({
        'work_notes_added': 'bigint',
        'documents_uploaded': 'bigint',
        'alerts_50_sent': 'bigint',
        'alerts_75_sent': 'bigint',
        'alerts_100_sent': 'bigint',
    }) }}
{%- endmacro %}


{# The totals of rows, as a list of columns. #}
{% macro sum_totals(totals) -%}
    {%- for name, data_type in totals.items() %}
    sum({{ name }})::{{ data_type }} as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# The stored totals, less what is stored of changed requests, plus what those add now. `rows` says what each row
   adds, `key` may be several columns with commas between them. A key that nothing counts for any more is left out. #}
{% macro current_totals(key, totals, stored, rows, changed) -%}
    {%- set columns = ([key] + totals.keys() | list) | join(', ') -%}
    select
        {{ key }}
        {%- for name, data_type in totals.items() %},
        sum(sign * {{ name }})::{{ data_type }} as {{ name }}
        {%- endfor %}
    from (
        select
            {{ columns }},
            1 as sign
        from {{ stored }}
        union all
        select
            {{ columns }},
            -1 as sign
        from {{ changed }} as changed
        cross join
            {{ rows_of_request(
                rows, 'changed.request_id', 'stored_rows', 'candidate.is_stored'
            ) }}
        union all
        select
            {{ columns }},
            1 as sign
        from {{ rows }}
        where not is_stored
    ) as signed
    group by {{ key }}
    having
        false
        {%- for name in totals %}
        or sum(sign * {{ name }}) <> 0
        {%- endfor %}
{%- endmacro %}
