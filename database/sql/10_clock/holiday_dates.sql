create or replace function tat.holiday_dates(p_calendar_id integer, p_from date, p_to date)
returns setof date
language sql stable
begin atomic
    select distinct list_holidays.day
    from tat.list_holidays(p_calendar_id, p_from, p_to) as list_holidays;
end;
