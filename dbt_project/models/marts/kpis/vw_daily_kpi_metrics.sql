with known_days as (

    select * from {{ ref('fct_daily_metrics') }}

),

today as (

    select {{ local_day(as_of()) }} as kpi_date

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
        )::bigint as open_at_day_end,
        coalesce(known_days.tat_breaches, 0) as tat_breaches
    from spine
    left join known_days
        on spine.kpi_date = known_days.kpi_date

)

select * from final
