-- How many levels run or pause on a calendar.
select count(*) as levels
from tat.level_clock
where level_clock.calendar_id = %(calendar_id)s
    and level_clock.is_current
    and level_clock.state in ('running', 'paused')
