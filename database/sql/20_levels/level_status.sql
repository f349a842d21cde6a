create or replace view tat.level_status as
with present as materialized (
    select
        calendar.calendar_id,
        tat.work_clock(calendar.calendar_id, tat.as_of()) as clock_now
    from tat.calendar
),

progress as (
    select
        level_coordinates.*,
        coalesce(
            level_coordinates.halted_elapsed,
            greatest(present.clock_now - level_coordinates.origin_clock, 0)
        ) as elapsed
    from tat.level_coordinates
    inner join present on present.calendar_id = level_coordinates.calendar_id
)

select
    level_id,
    cycle,
    state,
    (elapsed / 1000000.0)::numeric(18, 6) as elapsed_seconds,
    (tat_us / 1000000.0)::numeric(18, 6) as tat_seconds,
    due_at,
    state <> 'cancelled' and elapsed > tat_us as is_breached,
    calendar_id,
    started_at,
    halted_at,
    seconds_per_tat_hour
from progress;
comment on view tat.level_status is
'One row per started level: elapsed and allowed seconds of its current cycle on its own clock, when it is due, whether it is breached.';
