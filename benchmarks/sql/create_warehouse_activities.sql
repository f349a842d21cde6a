-- Five activities a request, two of them the system's.
insert into workflow.activities (
    activity_id, request_id, user_id, activity_type, is_system_event, created_at
)
select
    md5('activity ' || number || ' ' || activity)::uuid,
    request_id,
    case when activity <= 3 then initiator_id end,
    case when activity <= 3 then 'comment' else 'sla_warning' end,
    activity > 3,
    submitted_at + interval '5 hours' * activity
from drawn
cross join generate_series(1, 5) as activity
