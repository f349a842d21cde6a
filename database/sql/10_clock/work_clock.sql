create or replace function tat.work_clock(p_calendar_id integer, p_at timestamptz)
returns bigint
language plpgsql stable strict parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    clock bigint := tat.find_work_clock(p_calendar_id, p_at);
begin
    if clock is null then
        perform tat.refuse_outside_span(p_calendar_id, p_at::text);
    end if;
    return clock;
end
$$;
comment on function tat.work_clock(integer, timestamptz) is
'W(c, t): working time in microseconds that calendar c has run up to t. Never decreases. An error outside the generated span.';
