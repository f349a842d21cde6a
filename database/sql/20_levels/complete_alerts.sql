-- Tells the alerts of some levels how it ended: when the level was decided, and whether in time.
create or replace function tat.complete_alerts(p_levels uuid[]) returns void
language sql
begin atomic
    update tat.tat_alerts
    set
        completion_time = ended.completion_time,
        was_completed_on_time = ended.was_completed_on_time
    from unnest(p_levels) as touched (level_id)
    inner join tat.level_clock on level_clock.level_id = touched.level_id
    cross join lateral (
        select
            case when level_clock.state = 'stopped' then level_clock.halted_at end
                as completion_time,
            tat.was_in_time(level_clock) as was_completed_on_time
    ) as ended
    where tat_alerts.level_id = level_clock.level_id
        and tat_alerts.cycle = level_clock.cycle
        and (tat_alerts.completion_time, tat_alerts.was_completed_on_time)
        is distinct from (ended.completion_time, ended.was_completed_on_time);
end;
