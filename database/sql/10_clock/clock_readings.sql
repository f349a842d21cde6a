-- All calendars' clocks in one array, so that a query reads each of them once and a row picks its own.
create or replace function tat.clock_readings(p_at timestamptz) returns bigint[]
language sql stable parallel safe security definer
set search_path = pg_catalog, pg_temp
begin atomic
    select array_agg(
        case
            when calendar.calendar_id is null then 0
            else tat.work_clock(calendar.calendar_id, p_at)
        end
        order by numbers.number
    )
    from generate_series(1, (select max(calendar.calendar_id) from tat.calendar))
        as numbers (number)
    left join tat.calendar on calendar.calendar_id = numbers.number;
end;
comment on function tat.clock_readings(timestamptz) is
'The clock of every calendar at an instant, in microseconds: element n is that of calendar n. An error outside a generated span.';
