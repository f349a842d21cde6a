-- Keep the figures of days that have ended, unless they are kept already; show each with what is known now.
with asked as (
    select *
    from kpi.vw_daily_kpi_metrics
    where kpi_date between %(first_day)s and %(last_day)s
        and kpi_date < (tat.as_of() at time zone tat.time_zone())::date
),

kept as (
    insert into tat.daily_metrics_as_known (
        kpi_date,
        requests_created,
        requests_submitted,
        requests_approved,
        requests_rejected,
        requests_closed,
        levels_completed,
        levels_within_tat,
        levels_breached,
        tat_compliance_percentage,
        avg_cycle_time_hours,
        alerts_50_sent,
        alerts_75_sent,
        alerts_100_sent,
        work_notes_added,
        documents_uploaded,
        open_at_day_end
    )
    select
        kpi_date,
        requests_created,
        requests_submitted,
        requests_approved,
        requests_rejected,
        requests_closed,
        levels_completed,
        levels_within_tat,
        levels_breached,
        tat_compliance_percentage,
        avg_cycle_time_hours,
        alerts_50_sent,
        alerts_75_sent,
        alerts_100_sent,
        work_notes_added,
        documents_uploaded,
        open_at_day_end
    from asked
    on conflict (kpi_date) do nothing
    returning kpi_date
)

select
    asked.kpi_date,
    kept.kpi_date is not null as is_new,
    asked.requests_submitted,
    asked.requests_approved,
    asked.requests_rejected,
    asked.levels_completed,
    asked.tat_compliance_percentage,
    asked.alerts_100_sent,
    asked.open_at_day_end
from asked
left join kept on kept.kpi_date = asked.kpi_date
order by asked.kpi_date
