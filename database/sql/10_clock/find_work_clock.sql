-- Reads a clock without complaint: null outside the generated span.
create or replace function tat.find_work_clock(p_calendar_id integer, p_at timestamptz)
returns bigint
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
    where work_interval.calendar_id = p_calendar_id and work_interval.starts_at <= p_at
    order by work_interval.starts_at desc, work_interval.is_span_end desc
    limit 1;

    if not found or (found_interval.is_span_end and p_at > found_interval.starts_at) then
        return null;
    end if;
    return found_interval.clock_at_start + tat.microseconds_between(
        found_interval.starts_at, least(p_at, found_interval.ends_at)
    );
end
$$;
