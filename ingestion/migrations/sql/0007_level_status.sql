-- Each level's clock for people and for dbt, as of the session's present.
create view tat.level_status as
with present as materialized (
    select
        calendar.calendar_id,
        tat.work_clock(calendar.calendar_id, tat.as_of()) as clock_now
    from tat.calendar
),

progress as (
    select
        level_clock.level_id,
        level_clock.cycle,
        level_clock.state,
        level_clock.calendar_id,
        level_clock.started_at,
        level_clock.halted_at,
        level_clock.due_at,
        level_clock.budget,
        policy.seconds_per_tat_hour,
        greatest(
            coalesce(level_clock.halted_clock, present.clock_now)
            - level_clock.start_clock
            - level_clock.paused_clock,
            0
        ) as elapsed
    from tat.level_clock
    inner join present on present.calendar_id = level_clock.calendar_id
    inner join tat.policy on policy.policy_id = level_clock.policy_id
)

select
    level_id,
    cycle,
    state,
    (elapsed / 1000000.0)::numeric(18, 6) as elapsed_seconds,
    (budget / 1000000.0)::numeric(18, 6) as tat_seconds,
    due_at,
    state <> 'cancelled' and elapsed > budget as is_breached,
    calendar_id,
    started_at,
    halted_at,
    seconds_per_tat_hour
from progress;
comment on view tat.level_status is
'One row per started level: elapsed and allowed seconds on its own clock, when it is due, whether it is breached.';

grant select on tat.level_status, tat.level_source to tat_engine, tat_dbt, tat_ingest;
