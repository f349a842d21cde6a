-- The clock of its present calendar at which a level has used p_used_us of its TAT, if what is
-- planned happens.
create or replace function tat.due_clock(p_clock tat.level_clock, p_used_us bigint)
returns bigint
language sql stable
return case
    when p_clock.paused_clock = 0 and p_clock.changes_at is null
        then p_clock.start_clock + p_used_us - p_clock.carried_clock
    else tat.segment_due_clock(
        p_clock.level_id,
        p_clock.calendar_id,
        p_clock.segment_started_at,
        case when p_clock.changes_at is null then p_clock.halted_at end,
        p_clock.start_clock,
        p_used_us - p_clock.carried_clock
    )
end;
