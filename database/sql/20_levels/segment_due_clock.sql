-- The clock at which a level has used p_used_us of a segment: pauses that begin before then move it on.
create or replace function tat.segment_due_clock(
    p_level_id uuid,
    p_calendar_id integer,
    p_started_at timestamptz,
    p_halted_at timestamptz,
    p_start_clock bigint,
    p_used_us bigint
)
returns bigint
language sql stable
begin atomic
    select p_start_clock + p_used_us + coalesce(sum(pause.paused_clock), 0)::bigint
    from tat.list_pauses(p_level_id, p_calendar_id, p_started_at, p_halted_at) as pause
    where pause.paused_from - pause.paused_earlier <= p_start_clock + p_used_us;
end;
