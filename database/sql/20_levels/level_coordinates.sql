-- A level's clock as stored, for whoever reads it at a moment of their own.
create or replace view tat.level_coordinates as
select
    level_clock.level_id,
    level_clock.cycle,
    level_clock.state,
    level_clock.policy_id,
    level_clock.calendar_id,
    policy.seconds_per_tat_hour,
    level_clock.started_at,
    level_clock.halted_at,
    level_clock.due_at,
    level_clock.tat_us,
    level_clock.start_clock + level_clock.paused_clock - level_clock.carried_clock
        as origin_clock,
    greatest(
        level_clock.halted_clock
        - level_clock.start_clock
        - level_clock.paused_clock
        + level_clock.carried_clock,
        0
    ) * case when level_clock.halted_clock is not null then 1 end as halted_elapsed,
    level_clock.breaches_at
from tat.level_clock
inner join tat.policy on policy.policy_id = level_clock.policy_id
where level_clock.is_current;
comment on view tat.level_coordinates is
'One row per started level: its current cycle in work-clock coordinates (microseconds). It runs from origin_clock; halted_elapsed is what had elapsed when it stood still, null while it runs.';
