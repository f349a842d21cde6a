-- What a request is, and how much was written and filed about it.
select
    requests.request_id,
    requests.request_number,
    requests.title,
    requests.priority,
    requests.status,
    requests.initiator_name,
    requests.department,
    requests.submission_date,
    requests.closure_date,
    engagement.work_notes_count,
    engagement.note_attachments_count,
    engagement.documents_count,
    engagement.spectators_count,
    engagement.last_activity_at
from kpi.vw_request_volume_summary as requests
left join kpi.vw_engagement_metrics as engagement
    on engagement.request_id = requests.request_id
where requests.request_id = %(request_id)s
