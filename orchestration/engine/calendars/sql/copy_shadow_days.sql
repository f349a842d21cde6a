-- The single days of the shadows.
insert into tat.calendar_day (calendar_id, day, opens_at, closes_at)
select
    shadow.shadow_id,
    calendar_day.day,
    calendar_day.opens_at,
    calendar_day.closes_at
from pg_temp.shadow
inner join tat.calendar_day on calendar_day.calendar_id = shadow.calendar_id
