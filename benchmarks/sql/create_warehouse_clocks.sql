-- The clocks of the started levels, every threshold that was crossed recorded.
insert into tat.level_clock (
    level_id, policy_id, calendar_id, state, started_at, halted_at, segment_started_at,
    start_clock, halted_clock, tat_us, due_at, breaches_at, next_threshold, next_due_clock,
    arrived_decided, derived_at
)
with started as materialized (
    select
        level_source.*,
        tat.work_clock(level_source.calendar_id, level_source.started_at) as start_clock,
        case
            when level_source.state <> 'running'
                then tat.work_clock(level_source.calendar_id, level_source.halted_at)
        end as halted_clock,
        tat.work_clock(level_source.calendar_id, %(base)s) as clock_now
    from tat.level_source
    where level_source.started_at is not null
)

select
    started.level_id,
    started.policy_id,
    started.calendar_id,
    started.state,
    started.started_at,
    case when started.state <> 'running' then started.halted_at end,
    started.started_at,
    started.start_clock,
    case when started.halted_clock is not null then greatest(started.halted_clock, started.start_clock) end,
    started.tat_us,
    tat.work_time(started.calendar_id, started.start_clock + started.tat_us),
    tat.crossing_time(started.calendar_id, started.start_clock + started.tat_us),
    upcoming.threshold,
    upcoming.due_clock,
    started.state = 'stopped',
    %(base)s
from started
left join lateral (
    select
        policy_threshold.threshold,
        started.start_clock + floor(policy_threshold.percentage * started.tat_us / 100)::bigint
            as due_clock
    from tat.policy_threshold
    where policy_threshold.policy_id = started.policy_id
        and started.state = 'running'
        and started.start_clock + floor(policy_threshold.percentage * started.tat_us / 100)
        >= started.clock_now
    order by policy_threshold.percentage
    limit 1
) as upcoming on true
