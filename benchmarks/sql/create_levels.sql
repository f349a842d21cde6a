-- Running levels of 48 h whose starts are spread over the last 18 hours of their clock.
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
select
    md5('level ' || level.level_number)::uuid,
    md5('request ' || level.level_number)::uuid,
    1,
    %(user_id)s,
    'IN_PROGRESS',
    48,
    start.started_at,
    start.started_at,
    %(base)s,
    %(base)s
from generate_series(1, %(levels)s) as level (level_number)
inner join tat.policy
    on policy.priority
    = case when level.level_number %% 20 = 0 then 'EXPRESS' else 'STANDARD' end
cross join lateral (
    -- Multiples of the golden ratio fill the span evenly, and without two alike.
    select tat.work_time(
        policy.calendar_id,
        tat.work_clock(policy.calendar_id, %(base)s)
        - (
            18 * 3600000000.0 * ((level.level_number * 0.6180339887498949) %% 1)
        )::bigint
    ) as started_at
) as start
