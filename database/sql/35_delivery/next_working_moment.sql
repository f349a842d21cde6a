-- p_at if the calendar works then, else when it opens next; p_at too where no window is generated.
create or replace function tat.next_working_moment(p_calendar_id integer, p_at timestamptz)
returns timestamptz
language sql stable
return coalesce(
    tat.find_crossing_time(p_calendar_id, tat.find_work_clock(p_calendar_id, p_at)), p_at
);
comment on function tat.next_working_moment(integer, timestamptz) is
'The earliest moment from p_at on at which the calendar works.';
