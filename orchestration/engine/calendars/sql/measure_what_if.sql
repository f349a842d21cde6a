-- Decided and open levels of a priority, as they are and with another TAT, calendar or thresholds.
with concerned as materialized (
    select
        level_clock.level_id,
        level_clock.state,
        level_clock.started_at,
        level_clock.halted_at,
        policy.seconds_per_tat_hour,
        initiators.department,
        level_clock.tat_us as tat_us_before,
        coalesce(
            (%(tat_hours)s::numeric * policy.seconds_per_tat_hour * 1000000)::bigint,
            level_clock.tat_us
        ) as tat_us_after,
        tat.choose_calendar(
            %(calendar_id)s::integer, approvers.department, approvers.location
        ) as calendar_after,
        coalesce(
            level_clock.halted_clock,
            tat.find_work_clock(level_clock.calendar_id, %(as_of)s)
        )
        - level_clock.start_clock
        - level_clock.paused_clock
        + level_clock.carried_clock as elapsed_before,
        lower_threshold.percentage as lower_before,
        upper_threshold.percentage as upper_before
    from tat.level_clock
    inner join tat.policy on policy.policy_id = level_clock.policy_id
    inner join tat.policy_threshold as lower_threshold
        on lower_threshold.policy_id = policy.policy_id and lower_threshold.threshold = 50
    inner join tat.policy_threshold as upper_threshold
        on upper_threshold.policy_id = policy.policy_id and upper_threshold.threshold = 75
    inner join workflow.approval_levels
        on approval_levels.level_id = level_clock.level_id
    inner join workflow.users as approvers
        on approvers.user_id = approval_levels.approver_id
    inner join workflow.workflow_requests
        on workflow_requests.request_id = approval_levels.request_id
    inner join workflow.users as initiators
        on initiators.user_id = workflow_requests.initiator_id
    where level_clock.is_current
        and level_clock.state <> 'cancelled'
        and policy.priority = %(priority)s
        and (%(department)s::text is null or initiators.department = %(department)s)
),

measured as (
    select
        concerned.*,
        case
            when %(calendar_id)s::integer is null then concerned.elapsed_before
            else
                tat.find_work_clock(
                    concerned.calendar_after, coalesce(concerned.halted_at, %(as_of)s)
                )
                - tat.find_work_clock(concerned.calendar_after, concerned.started_at)
                - case
                    when exists (
                        select 1
                        from workflow.level_pauses
                        where level_pauses.level_id = concerned.level_id
                    ) then tat.paused_clock(
                        concerned.level_id,
                        concerned.calendar_after,
                        concerned.started_at,
                        coalesce(concerned.halted_at, %(as_of)s)
                    )
                    else 0
                end
        end as elapsed_after
    from concerned
)

select
    measured.department,
    count(*) filter (where measured.state = 'stopped') as levels_decided,
    count(*) filter (
        where measured.state = 'stopped' and measured.elapsed_before <= measured.tat_us_before
    ) as in_time_before,
    count(*) filter (
        where measured.state = 'stopped' and measured.elapsed_after <= measured.tat_us_after
    ) as in_time_after,
    count(*) filter (where measured.state <> 'stopped') as levels_open,
    count(*) filter (
        where measured.state <> 'stopped' and measured.elapsed_before > measured.tat_us_before
    ) as open_late_before,
    count(*) filter (
        where measured.state <> 'stopped' and measured.elapsed_after > measured.tat_us_after
    ) as open_late_after,
    count(*) filter (
        where measured.elapsed_before
        > floor(measured.lower_before * measured.tat_us_before / 100)
    ) as tat_50_before,
    count(*) filter (
        where measured.elapsed_after
        > floor(
            coalesce(%(lower)s::numeric, measured.lower_before) * measured.tat_us_after / 100
        )
    ) as tat_50_after,
    count(*) filter (
        where measured.elapsed_before
        > floor(measured.upper_before * measured.tat_us_before / 100)
    ) as tat_75_before,
    count(*) filter (
        where measured.elapsed_after
        > floor(
            coalesce(%(upper)s::numeric, measured.upper_before) * measured.tat_us_after / 100
        )
    ) as tat_75_after,
    count(*) filter (where measured.elapsed_before > measured.tat_us_before)
        as tat_100_before,
    count(*) filter (where measured.elapsed_after > measured.tat_us_after)
        as tat_100_after
from measured
group by measured.department
order by measured.department nulls last
