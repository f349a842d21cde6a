with closed_days as (

    select * from {{ ref('fct_daily_metrics') }}

),

events as (

    select * from {{ ref('int_day_events') }}

),

today as (

    select {{ local_day(as_of()) }} as kpi_date

),

-- The days that the table doesn't hold yet, counted from the same rows as the table.
live_days as (

    {{ count_days(
        'events',
        'happened_at >= ' ~ at_local_midnight(
            "(select coalesce(max(closed_days.kpi_date) + 1, '0001-01-01') from closed_days)"
        ) ~ ' and happened_at < ' ~ at_local_midnight(local_day(as_of()) ~ ' + 1')
    ) }}

),

known_days as (

    select * from closed_days
    union all
    select * from live_days

),

spine as (

    select calendar_day.day as kpi_date
    from (select min(known_days.kpi_date) as kpi_date from known_days) as first_day
    cross join today
    cross join
        {{ day_series('first_day.kpi_date', 'today.kpi_date', 'calendar_day') }}

),

final as (

    select
        spine.kpi_date,
        {%- for metric in [
            'requests_created',
            'requests_submitted',
            'requests_approved',
            'requests_rejected',
            'requests_closed',
        ] %}
        coalesce(known_days.{{ metric }}, 0) as {{ metric }},
        {%- endfor %}
        coalesce(known_days.levels_within_tat + known_days.levels_breached, 0)
            as levels_completed,
        coalesce(known_days.levels_within_tat, 0) as levels_within_tat,
        coalesce(known_days.levels_breached, 0) as levels_breached,
        {{ percentage(
            'known_days.levels_within_tat',
            '(known_days.levels_within_tat + known_days.levels_breached)'
        ) }} as tat_compliance_percentage,
        (
            known_days.cycle_time_hours_total / nullif(known_days.requests_ended, 0)
        )::numeric(20, 10) as avg_cycle_time_hours,
        {%- for metric in [
            'alerts_50_sent',
            'alerts_75_sent',
            'alerts_100_sent',
            'work_notes_added',
            'documents_uploaded',
        ] %}
        coalesce(known_days.{{ metric }}, 0) as {{ metric }},
        {%- endfor %}
        coalesce(
            sum(known_days.requests_opened - known_days.requests_ended)
                over (order by spine.kpi_date),
            0
        )::bigint as open_at_day_end
    from spine
    left join known_days
        on spine.kpi_date = known_days.kpi_date

)

select * from final
