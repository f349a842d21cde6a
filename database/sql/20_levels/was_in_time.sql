-- Whether a level was decided within its TAT; null while it is not decided.
create or replace function tat.was_in_time(p_clock tat.level_clock) returns boolean
language sql immutable
return case
    when p_clock.state = 'stopped' then
        p_clock.halted_clock
        - p_clock.start_clock
        - p_clock.paused_clock
        + p_clock.carried_clock
        <= p_clock.tat_us
end;
