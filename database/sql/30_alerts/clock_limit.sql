-- Up to where a level's clock counts: where it stands still, else its calendar's reading now.
create or replace function tat.clock_limit(p_clock tat.level_clock, p_clocks bigint[])
returns bigint
language sql immutable
return least(p_clocks[p_clock.calendar_id], p_clock.halted_clock);
