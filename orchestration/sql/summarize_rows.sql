-- How many rows each landed table holds.
select counted.table_name, counted.row_count
from (
    select 1 as place, 'users' as table_name, count(*) as row_count from workflow.users
    union all
    select 2, 'workflow_requests', count(*) from workflow.workflow_requests
    union all
    select 3, 'approval_levels', count(*) from workflow.approval_levels
    union all
    select 4, 'participants', count(*) from workflow.participants
    union all
    select 5, 'work_notes', count(*) from workflow.work_notes
    union all
    select 6, 'documents', count(*) from workflow.documents
    union all
    select 7, 'activities', count(*) from workflow.activities
    union all
    select 8, 'quarantined', count(*) from tat.quarantine where resolved_at is null
) as counted
order by counted.place
