-- The holidays that a calendar keeps between two days.
select
    holiday.day,
    string_agg(distinct holidays.holiday_name, ', ') as name
from tat.holiday_dates(%(calendar_id)s, %(from_day)s, %(to_day)s) as holiday (day)
inner join workflow.holidays
    on holidays.is_active
    and (
        holidays.holiday_date = holiday.day
        or (
            holidays.is_recurring
            and extract(month from holidays.holiday_date) = extract(month from holiday.day)
            and extract(day from holidays.holiday_date) = extract(day from holiday.day)
        )
    )
group by holiday.day
order by holiday.day
