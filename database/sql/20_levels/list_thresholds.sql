-- The thresholds of one cycle, for views that are read by those who may not read rules.
create or replace function tat.list_thresholds(p_level_id uuid, p_cycle integer)
returns table (slot smallint, alert_type text, percentage numeric, share bigint, due_clock bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
begin atomic
    select
        level_threshold.threshold as slot,
        level_threshold.alert_type,
        level_threshold.percentage,
        level_threshold.threshold_us as share,
        level_threshold.due_clock
    from tat.level_clock
    cross join lateral tat.level_thresholds(level_clock) as level_threshold
    where level_clock.level_id = p_level_id and level_clock.cycle = p_cycle;
end;
