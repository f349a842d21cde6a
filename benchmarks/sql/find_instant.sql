-- The instant just after which exactly so many levels have passed their next threshold.
with upcoming as (
    select tat.work_time(calendar.calendar_id, next.next_due_clock) as due_at
    from tat.calendar
    cross join lateral (
        select level_clock.next_due_clock
        from tat.level_clock
        where level_clock.calendar_id = calendar.calendar_id
            and level_clock.next_due_clock is not null
        order by level_clock.next_due_clock
        limit %(crossings)s
    ) as next
)

select upcoming.due_at + interval '1 microsecond'
from upcoming
order by upcoming.due_at
offset %(crossings)s - 1
limit 1
