-- The thresholds of one cycle, for views that are read by those who may not read rules.
create or replace function tat.list_thresholds(p_level_id uuid, p_cycle integer)
returns table (slot smallint, alert_type text, percentage numeric, share bigint, due_clock bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
begin atomic
    select point.*
    from tat.level_clock
    cross join lateral tat.level_thresholds(
        level_clock.level_id,
        level_clock.policy_id,
        level_clock.calendar_id,
        level_clock.segment_started_at,
        level_clock.halted_at,
        level_clock.start_clock,
        level_clock.paused_clock,
        level_clock.carried_clock,
        level_clock.budget
    ) as point
    where level_clock.level_id = p_level_id and level_clock.cycle = p_cycle;
end;
