-- The next thresholds that running levels will cross, in the local time of the database's days.
with upcoming as (
    select
        level_clock.level_id,
        level_clock.next_threshold,
        tat.crossing_time(level_clock.calendar_id, level_clock.next_due_clock) as crosses_at
    from tat.level_clock
    where level_clock.state = 'running'
        and level_clock.next_due_clock is not null
        and level_clock.next_due_clock
        < coalesce(
            tat.find_work_clock(level_clock.calendar_id, now() + interval '1 hour'),
            level_clock.next_due_clock
        )
)

select
    to_char(upcoming.crosses_at at time zone tat.time_zone(), 'YYYY-MM-DD HH24:MI')
    || ' ' || tat.time_zone() as crosses_at,
    'TAT_' || upcoming.next_threshold as alert_type,
    workflow_requests.request_number,
    coalesce(approval_levels.level_name, 'level ' || approval_levels.level_number) as level,
    users.display_name as approver
from upcoming
inner join workflow.approval_levels on approval_levels.level_id = upcoming.level_id
inner join workflow.workflow_requests
    on workflow_requests.request_id = approval_levels.request_id
inner join workflow.users on users.user_id = approval_levels.approver_id
where upcoming.crosses_at > now()
order by upcoming.crosses_at
limit %(rows)s
