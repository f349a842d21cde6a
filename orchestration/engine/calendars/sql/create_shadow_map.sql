-- Which shadow stands beside which calendar.
create temporary table shadow on commit drop as
select calendar.calendar_id, shadows.calendar_id as shadow_id
from tat.calendar
inner join tat.calendar as shadows
    on shadows.calendar_name = 'preview of ' || calendar.calendar_id
