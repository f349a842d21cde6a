-- The instant after which a level has used more than p_used_us: null outside the generated span.
create or replace function tat.threshold_time(
    p_clock tat.level_clock, p_used_us bigint, p_due_clock bigint, p_as_of timestamptz
)
returns timestamptz
language sql stable
return case
    when p_used_us < p_clock.carried_clock then tat.find_earlier_time(
        p_clock.level_id,
        p_clock.started_at,
        p_clock.halted_at,
        p_clock.policy_id,
        p_used_us,
        false,
        p_as_of
    )
    else tat.find_crossing_time(p_clock.calendar_id, p_due_clock)
end;
