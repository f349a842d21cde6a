-- The request to show where none is named: open and furthest over its TAT, else submitted last.
select requests.request_number
from kpi.vw_request_volume_summary as requests
left join
    (
        select
            breaches.request_id,
            max(breaches.hours_over_tat) as hours_over_tat
        from reports.rpt_tat_breaches as breaches
        where breaches.is_still_open
        group by breaches.request_id
    ) as overdue
    on requests.request_id = overdue.request_id
order by
    overdue.hours_over_tat desc nulls last,
    requests.submission_date desc nulls last,
    requests.request_number asc
limit 1
