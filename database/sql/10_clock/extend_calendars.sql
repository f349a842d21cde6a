-- Grows every calendar's span to hold [p_from, p_to); it never shrinks.
create or replace function tat.extend_calendars(p_from date, p_to date) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    changed integer := 0;
    grown record;
begin
    perform tat.lock_clocks();
    for grown in
        select
            calendar.calendar_id,
            least(calendar.span_starts_on, p_from) as span_starts_on,
            greatest(calendar.span_ends_on, p_to) as span_ends_on
        from tat.calendar
        where calendar.span_starts_on is null
            or calendar.span_starts_on > p_from
            or calendar.span_ends_on < p_to
        order by calendar.calendar_id
    loop
        if tat.regenerate_calendar(
            grown.calendar_id, grown.span_starts_on, grown.span_ends_on
        ) then
            changed := changed + 1;
        end if;
    end loop;
    return changed;
end
$$;
comment on function tat.extend_calendars(date, date) is
'Grows the generated span of every calendar to hold [first day, last day); returns how many changed.';
