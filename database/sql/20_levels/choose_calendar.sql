-- Which calendar an approver works by, of those that stand in for a policy's calendar.
create or replace function tat.choose_calendar(
    p_calendar_id integer, p_department text, p_location text
)
returns integer
language plpgsql stable parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(
        (
            select calendar.calendar_id
            from tat.calendar
            where calendar.variant_of = p_calendar_id
                and (calendar.department is null or calendar.department = p_department)
                and (calendar.location is null or calendar.location = p_location)
            order by
                calendar.location is null,
                calendar.department is null,
                calendar.calendar_id
            limit 1
        ),
        p_calendar_id
    );
end
$$;
comment on function tat.choose_calendar(integer, text, text) is
'The variant of a calendar for an approver''s department and location, else the calendar itself. A location weighs more than a department.';
