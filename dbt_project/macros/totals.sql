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


{# What is added up for each local day, over decided levels: names and types. #}
{% macro level_day_totals() -%}
    {{ return({
        'levels_within_tat': 'bigint',
        'levels_breached': 'bigint',
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


{# The totals of contributions, as a list of columns. #}
{% macro sum_totals(totals) -%}
    {%- for name, data_type in totals.items() %}
    sum({{ name }})::{{ data_type }} as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# What the stored totals are off by: what changed requests contribute now, less what is stored of them. #}
{% macro corrections_of(key, totals, contributions, changed) -%}
    select
        versions.{{ key }}
        {%- for name, data_type in totals.items() %},
        sum(versions.sign * versions.{{ name }})::{{ data_type }} as {{ name }}
        {%- endfor %}
    from (
        select
            contributions.*,
            -1 as sign
        from {{ changed }} as changed
        cross join
            {{ rows_of_request(
                contributions, 'changed.request_id', 'contributions', 'candidate.is_stored'
            ) }}
        union all
        select
            contributions.*,
            1 as sign
        from {{ contributions }} as contributions
        where not contributions.is_stored
    ) as versions
    group by versions.{{ key }}
{%- endmacro %}


{# Stored totals with their corrections; a key that nothing counts for any more is left out. #}
{% macro corrected_totals(key, totals, stored, corrections) -%}
    select
        coalesce({{ stored }}.{{ key }}, {{ corrections }}.{{ key }}) as {{ key }}
        {%- for name in totals %},
        coalesce({{ stored }}.{{ name }}, 0)
        + coalesce({{ corrections }}.{{ name }}, 0) as {{ name }}
        {%- endfor %}
    from {{ stored }}
    full join {{ corrections }}
        on {{ stored }}.{{ key }} = {{ corrections }}.{{ key }}
    where
        false
        {%- for name in totals %}
        or coalesce({{ stored }}.{{ name }}, 0)
        + coalesce({{ corrections }}.{{ name }}, 0) <> 0
        {%- endfor %}
{%- endmacro %}
