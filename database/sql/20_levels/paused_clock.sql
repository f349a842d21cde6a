-- What all pauses of a level took from its clock.
create or replace function tat.paused_clock(
    p_level_id uuid, p_calendar_id integer, p_started_at timestamptz, p_ended_at timestamptz
)
returns bigint
language sql stable
begin atomic
    select coalesce(sum(pause.paused_clock), 0)::bigint
    from tat.list_pauses(p_level_id, p_calendar_id, p_started_at, p_ended_at) as pause;
end;
