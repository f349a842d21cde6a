create or replace function tat.work_time(p_calendar_id integer, p_clock bigint)
returns timestamptz
language plpgsql stable strict parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    instant timestamptz := tat.find_work_time(p_calendar_id, p_clock);
begin
    if instant is null then
        perform tat.refuse_outside_span(p_calendar_id, 'clock ' || p_clock);
    end if;
    return instant;
end
$$;
comment on function tat.work_time(integer, bigint) is
'T(c, clock): the earliest instant at which calendar c reads that clock. An error outside the generated span.';
