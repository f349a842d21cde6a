-- When a level has used all of its TAT: the first such instant, null outside the generated span.
create or replace function tat.due_time(p_clock tat.level_clock, p_as_of timestamptz)
returns timestamptz
language sql stable
return case
    when p_clock.carried_clock > 0 and p_clock.tat_us <= p_clock.carried_clock
        then tat.find_earlier_time(
            p_clock.level_id,
            p_clock.started_at,
            p_clock.halted_at,
            p_clock.policy_id,
            p_clock.tat_us,
            true,
            p_as_of
        )
    else tat.find_work_time(p_clock.calendar_id, tat.due_clock(p_clock, p_clock.tat_us))
end;
