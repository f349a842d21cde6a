with days as (

    select * from {{ ref('vw_daily_kpi_metrics') }}

),

final as (

    select
        kpi_date,
        {{ week_of('kpi_date') }} as week_starts_on,
        requests_submitted,
        requests_approved + requests_rejected as requests_decided,
        levels_completed,
        tat_compliance_percentage,
        open_at_day_end,
        (avg(requests_submitted) over last_seven_days)::numeric(20, 10)
            as requests_submitted_7_day_avg,
        (avg(levels_completed) over last_seven_days)::numeric(20, 10)
            as levels_completed_7_day_avg,
        {{ percentage(
            'sum(levels_within_tat) over last_seven_days',
            'sum(levels_completed) over last_seven_days'
        ) }} as tat_compliance_7_day_percentage,
        open_at_day_end - lag(open_at_day_end) over (order by kpi_date)
            as open_change
    from days
    window
        last_seven_days as (
            order by kpi_date rows between 6 preceding and current row
        )

)

select * from final
