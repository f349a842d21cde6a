with requests as (

    {{ current_totals(
        'kpi_date',
        request_day_totals(),
        ref('int_request_day_totals_stored'),
        ref('int_requests_by_day'),
        ref('int_changed_requests')
    ) }}

),

levels as (

    {{ current_totals(
        'kpi_date',
        level_day_totals(),
        ref('int_level_day_totals_stored'),
        ref('int_levels_by_day'),
        ref('int_changed_requests')
    ) }}

),

traffic as (

    {{ current_totals(
        'kpi_date',
        traffic_day_totals(),
        ref('int_traffic_day_totals_stored'),
        ref('int_traffic_by_day'),
        ref('int_changed_requests')
    ) }}

),

-- Those whose clock stands still are among the totals.
running_late as (

    select
        {{ local_day('breaches_at') }} as kpi_date,
        count(*) as levels_running_late
    from {{ ref('int_unfinished_levels') }}
    where clock_state = 'running' and is_breached
    group by {{ local_day('breaches_at') }}

),

days as (

    select kpi_date from requests
    union
    select kpi_date from levels
    union
    select kpi_date from traffic
    union
    select kpi_date from running_late

),

final as (

    select
        days.kpi_date,
        {%- for metric in [
            'requests_created',
            'requests_submitted',
            'requests_opened',
            'requests_ended',
            'requests_approved',
            'requests_rejected',
            'requests_closed',
        ] %}
        coalesce(requests.{{ metric }}, 0) as {{ metric }},
        {%- endfor %}
        coalesce(levels.levels_within_tat, 0) as levels_within_tat,
        coalesce(levels.levels_breached, 0) as levels_breached,
        {%- for metric in [
            'alerts_50_sent',
            'alerts_75_sent',
            'alerts_100_sent',
            'work_notes_added',
            'documents_uploaded',
        ] %}
        coalesce(traffic.{{ metric }}, 0) as {{ metric }},
        {%- endfor %}
        coalesce(requests.cycle_time_hours_total, 0)::numeric(20, 10)
            as cycle_time_hours_total,
        coalesce(levels.levels_halted_late, 0)
        + coalesce(running_late.levels_running_late, 0) as tat_breaches
    from days
    left join requests
        on days.kpi_date = requests.kpi_date
    left join levels
        on days.kpi_date = levels.kpi_date
    left join traffic
        on days.kpi_date = traffic.kpi_date
    left join running_late
        on days.kpi_date = running_late.kpi_date

)

select * from final
