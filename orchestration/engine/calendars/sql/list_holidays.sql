-- The holidays of a year, recurring ones on their day of that year.
select
    holidays.holiday_id,
    case
        when holidays.is_recurring then to_char(holidays.holiday_date, 'MM-DD') || ' every year'
        else holidays.holiday_date::text
    end as day,
    holidays.holiday_name as name,
    holidays.holiday_type as type,
    holidays.applies_to_departments as departments,
    holidays.applies_to_locations as locations
from workflow.holidays
where holidays.is_active
    and (
        holidays.is_recurring
        or %(year)s::integer is null
        or extract(year from holidays.holiday_date) = %(year)s
    )
order by to_char(holidays.holiday_date, 'MM-DD'), holidays.holiday_name
