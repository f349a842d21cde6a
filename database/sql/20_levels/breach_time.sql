-- The instant after which a level has used more than its TAT: null outside the generated span.
create or replace function tat.breach_time(p_clock tat.level_clock, p_as_of timestamptz)
returns timestamptz
language sql stable
return tat.threshold_time(
    p_clock, p_clock.tat_us, tat.due_clock(p_clock, p_clock.tat_us), p_as_of
);
