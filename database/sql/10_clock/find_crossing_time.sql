-- The last instant at which the clock still reads p_clock: null outside the span.
create or replace function tat.find_crossing_time(p_calendar_id integer, p_clock bigint)
returns timestamptz
language plpgsql stable strict parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    found_interval record;
begin
    select
        work_interval.starts_at,
        work_interval.ends_at,
        work_interval.clock_at_start,
        work_interval.is_span_end
    into found_interval
    from tat.work_interval
    where work_interval.calendar_id = p_calendar_id and work_interval.clock_at_start <= p_clock
    order by work_interval.clock_at_start desc, work_interval.starts_at desc, work_interval.is_span_end desc
    limit 1;

    if not found or found_interval.is_span_end then
        return null;
    end if;
    return tat.after_microseconds(
        found_interval.starts_at, p_clock - found_interval.clock_at_start
    );
end
$$;
