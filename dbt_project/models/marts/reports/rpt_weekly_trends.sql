with days as (

    select * from {{ ref('vw_daily_kpi_metrics') }}

),

weeks as (

    select
        {{ week_of('kpi_date') }} as week_starts_on,
        count(*) as days_counted,
        sum(requests_submitted)::bigint as requests_submitted,
        sum(requests_approved)::bigint as requests_approved,
        sum(requests_rejected)::bigint as requests_rejected,
        sum(levels_completed)::bigint as levels_completed,
        sum(levels_within_tat)::bigint as levels_within_tat,
        sum(tat_breaches)::bigint as breaches,
        sum(work_notes_added)::bigint as work_notes_added,
        sum(documents_uploaded)::bigint as documents_uploaded,
        max(kpi_date) as last_day
    from days
    group by {{ week_of('kpi_date') }}

),

measured as (

    select
        weeks.*,
        days.open_at_day_end as open_at_week_end,
        {{ percentage('weeks.levels_within_tat', 'weeks.levels_completed') }}
            as tat_compliance_percentage
    from weeks
    inner join days
        on weeks.last_day = days.kpi_date

),

final as (

    select
        week_starts_on,
        days_counted,
        requests_submitted,
        requests_approved,
        requests_rejected,
        levels_completed,
        levels_within_tat,
        tat_compliance_percentage,
        (
            tat_compliance_percentage
            - lag(tat_compliance_percentage) over (order by week_starts_on)
        )::numeric(14, 4) as compliance_change,
        requests_submitted - lag(requests_submitted) over (order by week_starts_on)
            as submitted_change,
        breaches,
        work_notes_added,
        documents_uploaded,
        open_at_week_end
    from measured

)

select * from final
