-- The clocks of the generated levels.
insert into tat.level_clock (
    level_id,
    policy_id,
    calendar_id,
    state,
    started_at,
    segment_started_at,
    start_clock,
    tat_us,
    due_at,
    breaches_at,
    next_threshold,
    next_due_clock,
    arrived_decided,
    derived_at
)
with started as materialized (
    select
        level_source.level_id,
        level_source.policy_id,
        level_source.calendar_id,
        level_source.started_at,
        level_source.tat_us,
        tat.work_clock(level_source.calendar_id, level_source.started_at) as start_clock
    from tat.level_source
)

select
    started.level_id,
    started.policy_id,
    started.calendar_id,
    'running',
    started.started_at,
    started.started_at,
    started.start_clock,
    started.tat_us,
    tat.work_time(started.calendar_id, started.start_clock + started.tat_us),
    tat.crossing_time(started.calendar_id, started.start_clock + started.tat_us),
    policy_threshold.threshold,
    started.start_clock + floor(policy_threshold.percentage * started.tat_us / 100)::bigint,
    false,
    %(base)s
from started
inner join tat.policy_threshold
    on policy_threshold.policy_id = started.policy_id and policy_threshold.threshold = 50
