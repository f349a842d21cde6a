-- The clocks of the generated levels, spread over all calendars of their kind.
insert into tat.level_clock (
    level_id,
    policy_id,
    calendar_id,
    state,
    started_at,
    start_clock,
    budget,
    due_at,
    next_threshold,
    next_due_clock,
    arrived_decided,
    derived_at
)
with kinds as (
    select
        calendar.is_always_open,
        array_agg(calendar.calendar_id order by calendar.calendar_id) as calendar_ids
    from tat.calendar
    group by calendar.is_always_open
),

levels as (
    select
        level_source.level_id,
        level_source.policy_id,
        level_source.started_at,
        level_source.budget,
        kinds.calendar_ids[
            1 + abs(hashtext(level_source.level_id::text)) %% cardinality(kinds.calendar_ids)
        ] as calendar_id
    from tat.level_source
    inner join tat.calendar on calendar.calendar_id = level_source.calendar_id
    inner join kinds on kinds.is_always_open = calendar.is_always_open
),

started as (
    select
        levels.*,
        tat.work_clock(levels.calendar_id, levels.started_at) as start_clock
    from levels
)

select
    started.level_id,
    started.policy_id,
    started.calendar_id,
    'running',
    started.started_at,
    started.start_clock,
    started.budget,
    tat.work_time(started.calendar_id, started.start_clock + started.budget),
    policy_threshold.slot,
    started.start_clock + floor(policy_threshold.percentage * started.budget / 100)::bigint,
    false,
    %(base)s
from started
inner join tat.policy_threshold
    on policy_threshold.policy_id = started.policy_id and policy_threshold.slot = 50
