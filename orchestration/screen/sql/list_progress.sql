-- How far each of these levels is; levels that have not started have no row. Stored rows are found by
-- request.
select
    compliance.level_id,
    compliance.request_number,
    compliance.request_title,
    compliance.priority,
    compliance.level_number,
    coalesce(compliance.level_name, 'Level ' || compliance.level_number) as level_name,
    compliance.tat_status,
    compliance.tat_start_time,
    compliance.level_end_time,
    compliance.expected_completion_time,
    compliance.tat_hours_allocated,
    compliance.tat_hours_elapsed,
    compliance.tat_hours_remaining,
    compliance.hours_over_tat,
    compliance.tat_percentage_used,
    compliance.breach_reason
from kpi.vw_tat_compliance as compliance
where compliance.request_id = any(%(request_ids)s)
    and compliance.level_id = any(%(level_ids)s)
order by
    compliance.tat_hours_allocated - compliance.tat_hours_elapsed,
    compliance.level_id
