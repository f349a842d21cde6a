create or replace function tat.crossing_time(p_calendar_id integer, p_clock bigint)
returns timestamptz
language plpgsql stable strict parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    instant timestamptz := tat.find_crossing_time(p_calendar_id, p_clock);
begin
    if instant is null then
        perform tat.refuse_outside_span(p_calendar_id, 'clock ' || p_clock);
    end if;
    return instant;
end
$$;
comment on function tat.crossing_time(integer, bigint) is
'The instant after which the clock is beyond p_clock. A point that falls on closing time is crossed when the next window opens.';
