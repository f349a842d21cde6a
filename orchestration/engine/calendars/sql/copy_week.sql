-- Give a calendar the weekly windows of another.
insert into tat.weekly_window (calendar_id, iso_weekday, opens_at, closes_at)
select
    %(calendar_id)s, weekly_window.iso_weekday, weekly_window.opens_at, weekly_window.closes_at
from tat.weekly_window
where weekly_window.calendar_id = %(like)s
