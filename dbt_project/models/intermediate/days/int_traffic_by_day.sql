select
    traffic.request_id,
    traffic.is_stored,
    traffic.kpi_date,
    traffic.work_notes_added,
    traffic.documents_uploaded,
    traffic.alerts_50_sent,
    traffic.alerts_75_sent,
    traffic.alerts_100_sent
from
    {{ stored_and_current(
        ref('int_traffic_stored'),
        ref('int_traffic_current'),
        ref('int_changed_requests'),
        'traffic',
        one_by_one=true
    ) }}
