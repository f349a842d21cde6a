create or replace function tat.refuse_outside_span(p_calendar_id integer, p_asked text)
returns void
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    asked_calendar tat.calendar;
begin
    select calendar.* into asked_calendar
    from tat.calendar
    where calendar.calendar_id = p_calendar_id;
    if not found then
        raise exception 'there is no calendar %', p_calendar_id
            using errcode = 'invalid_parameter_value';
    end if;
    raise exception '% is outside the generated span of calendar % (% to %)',
        p_asked,
        asked_calendar.calendar_name,
        asked_calendar.span_starts_on,
        asked_calendar.span_ends_on
        using
            errcode = 'datetime_field_overflow',
            hint = 'Extend it: select tat.extend_calendars(first_day, last_day).';
end
$$;
