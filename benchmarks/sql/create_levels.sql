-- Running levels of 48 h, four to a request, whose starts are spread over the last 18 hours of their clock.
insert into workflow.approval_levels (
    level_id,
    request_id,
    level_number,
    approver_id,
    status,
    tat_hours,
    level_start_time,
    tat_start_time,
    created_at,
    updated_at
)
with branches as materialized (
    select
        approver.branch_number,
        users.user_id,
        policy.priority,
        chosen.calendar_id,
        tat.work_clock(chosen.calendar_id, %(base)s) as clock_now
    from generate_series(0, %(approvers)s - 1) as approver (branch_number)
    inner join workflow.users
        on users.user_id = md5('approver ' || approver.branch_number)::uuid
    cross join tat.policy
    cross join lateral (
        select tat.choose_calendar(policy.calendar_id, users.department, users.location)
            as calendar_id
    ) as chosen
)

select
    md5('level ' || level.level_number)::uuid,
    md5('request ' || (level.level_number + 3) / 4)::uuid,
    1 + (level.level_number + 3) %% 4,
    branches.user_id,
    'IN_PROGRESS',
    48,
    start.started_at,
    start.started_at,
    %(base)s,
    %(base)s
from generate_series(1, %(levels)s) as level (level_number)
inner join branches
    on branches.branch_number = level.level_number %% %(approvers)s
    and branches.priority
    = case when ((level.level_number + 3) / 4) %% 20 = 0 then 'EXPRESS' else 'STANDARD' end
cross join lateral (
    -- Multiples of the golden ratio fill the span evenly, and without two alike.
    select tat.work_time(
        branches.calendar_id,
        branches.clock_now
        - (
            18 * 3600000000.0 * ((level.level_number * 0.6180339887498949) %% 1)
        )::bigint
    ) as started_at
) as start
