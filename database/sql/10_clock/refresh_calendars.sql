-- Generates calendars again when their rules or holidays changed, and keeps two years generated ahead.
create or replace function tat.refresh_calendars(p_as_of timestamptz) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    changed integer := 0;
    stale record;
begin
    perform tat.lock_clocks();
    if exists (
        select 1
        from tat.calendar
        where span_ends_on is null
            or span_ends_on < p_as_of::date + 640
            or span_starts_on > p_as_of::date - 1
    ) then
        changed := tat.extend_calendars(
            (date_trunc('year', p_as_of) - interval '1 year')::date,
            (date_trunc('month', p_as_of) + interval '25 months')::date
        );
    end if;
    if exists (select 1 from tat.calendar_change) then
        delete from tat.calendar_change;
        for stale in
            select calendar_id, span_starts_on, span_ends_on
            from tat.calendar
            order by calendar_id
        loop
            if tat.regenerate_calendar(
                stale.calendar_id, stale.span_starts_on, stale.span_ends_on
            ) then
                changed := changed + 1;
            end if;
        end loop;
    end if;
    return changed;
end
$$;
