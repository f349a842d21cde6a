-- Give a calendar other weekly windows.
with given as (
    select week.iso_weekday, week.opens_at, week.closes_at
    from unnest(
        %(weekdays)s::smallint[], %(opens)s::time[], %(closes)s::time[]
    ) as week (iso_weekday, opens_at, closes_at)
),

dropped as (
    delete from tat.weekly_window
    where weekly_window.calendar_id = %(calendar_id)s
        and (weekly_window.iso_weekday, weekly_window.opens_at) not in (
            select given.iso_weekday, given.opens_at
            from given
        )
)

insert into tat.weekly_window (calendar_id, iso_weekday, opens_at, closes_at)
select %(calendar_id)s, given.iso_weekday, given.opens_at, given.closes_at
from given
on conflict (calendar_id, iso_weekday, opens_at) do update
set closes_at = excluded.closes_at
