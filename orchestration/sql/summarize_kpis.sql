-- The operation in one row, from the KPI views.
select
    (
        select count(*)
        from kpi.vw_request_volume_summary
        where is_submitted
    ) as requests,
    (
        select count(*)
        from kpi.vw_request_volume_summary
        where is_open
    ) as open_requests,
    count(*) filter (where completed_within_tat is not null) as levels_decided,
    count(*) filter (where completed_within_tat) as within_tat,
    round(
        100.0 * count(*) filter (where completed_within_tat)
        / nullif(count(*) filter (where completed_within_tat is not null), 0),
        2
    ) as compliance_percentage,
    count(*) filter (where tat_status = 'AT_RISK') as at_risk_now,
    count(*) filter (where tat_status = 'BREACHED') as breached_now
from kpi.vw_tat_compliance
