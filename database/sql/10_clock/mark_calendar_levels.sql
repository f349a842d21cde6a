-- Marks the levels of a calendar whose clock, due instant or breach a change from p_moved_from on may
-- have moved.
create or replace function tat.mark_calendar_levels(
    p_calendar_id integer, p_moved_from timestamptz
)
returns void
language sql
begin atomic
    insert into tat.level_change (level_id, cause)
    select level_clock.level_id, 'calendar'
    from tat.level_clock
    where (
        level_clock.calendar_id = p_calendar_id
        and (
            level_clock.due_at is null
            or level_clock.breaches_at is null
            or (level_clock.halted_at is null and level_clock.paused_clock > 0)
            or greatest(
                level_clock.due_at,
                level_clock.breaches_at,
                level_clock.started_at,
                level_clock.halted_at
            )
            >= p_moved_from
        )
    )
    -- Earlier segments may have run on it.
    or level_clock.segment_started_at > level_clock.started_at;
end;
