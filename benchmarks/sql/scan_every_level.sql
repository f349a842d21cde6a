-- The naive way to find what has crossed: measure every running level with the same functions.
with present as materialized (
    select
        calendar.calendar_id,
        tat.work_clock(calendar.calendar_id, %(as_of)s) as clock_now
    from tat.calendar
)

select count(*)
from workflow.approval_levels
inner join tat.level_clock on level_clock.level_id = approval_levels.level_id
inner join present on present.calendar_id = level_clock.calendar_id
inner join tat.policy on policy.policy_id = level_clock.policy_id
inner join tat.policy_threshold
    on policy_threshold.policy_id = policy.policy_id and policy_threshold.threshold = 50
where approval_levels.status = 'IN_PROGRESS'
    and not approval_levels.tat50_alert_sent
    and present.clock_now
    - tat.work_clock(level_clock.calendar_id, approval_levels.tat_start_time)
    > policy_threshold.percentage
    / 100
    * approval_levels.tat_hours
    * policy.seconds_per_tat_hour
    * 1000000
