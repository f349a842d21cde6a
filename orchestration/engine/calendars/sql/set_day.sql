-- Give one day of a calendar hours of its own, or, with none, its weekly hours back.
with given as (
    select hours.opens_at, hours.closes_at
    from unnest(%(opens)s::time[], %(closes)s::time[]) as hours (opens_at, closes_at)
),

dropped as (
    delete from tat.calendar_day
    where calendar_day.calendar_id = %(calendar_id)s
        and calendar_day.day = %(day)s
        and calendar_day.opens_at not in (select given.opens_at from given)
)

insert into tat.calendar_day (calendar_id, day, opens_at, closes_at)
select %(calendar_id)s, %(day)s, given.opens_at, given.closes_at
from given
on conflict (calendar_id, day, opens_at) do update
set closes_at = excluded.closes_at
