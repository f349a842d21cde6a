-- The holidays that a calendar keeps between two days.
select
    holiday.day,
    string_agg(distinct holiday.holiday_name, ', ') as name
from tat.list_holidays(%(calendar_id)s, %(from_day)s, %(to_day)s) as holiday
group by holiday.day
order by holiday.day
