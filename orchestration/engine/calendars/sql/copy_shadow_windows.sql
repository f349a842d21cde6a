-- The weekly windows of the shadows.
insert into tat.weekly_window (calendar_id, iso_weekday, opens_at, closes_at)
select
    shadow.shadow_id,
    weekly_window.iso_weekday,
    weekly_window.opens_at,
    weekly_window.closes_at
from pg_temp.shadow
inner join tat.weekly_window on weekly_window.calendar_id = shadow.calendar_id
