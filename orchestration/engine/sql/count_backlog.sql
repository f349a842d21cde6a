-- Levels past a threshold that is not recorded yet.
with present as materialized (
    select
        calendar.calendar_id,
        tat.work_clock(calendar.calendar_id, %(as_of)s) as clock_now
    from tat.calendar
)

select count(*) as backlog
from present
cross join lateral (
    select 1
    from tat.level_clock
    where level_clock.calendar_id = present.calendar_id
        and level_clock.next_due_clock < present.clock_now
) as due
