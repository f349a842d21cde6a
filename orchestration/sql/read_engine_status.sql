-- The engine at a glance: last tick, lateness of the last day, what waits.
select
    latest.finished_at as last_tick_at,
    latest.origin as last_tick_by,
    extract(epoch from clock_timestamp() - latest.finished_at)::numeric(14, 1)
        as seconds_since_tick,
    recent.alerts_last_day,
    recent.max_lateness_seconds_last_day,
    (select count(*) from tat.level_change where drained_at is null) as changes_waiting,
    (select count(*) from tat.level_clock where state = 'running') as levels_running,
    (select count(*) from tat.outbox where delivered_at is null) as notifications_waiting,
    (select count(*) from tat.quarantine where resolved_at is null) as rows_quarantined
from (
    select
        coalesce(sum(alerts_recorded), 0) as alerts_last_day,
        max(max_lateness_seconds) filter (where origin = 'sensor')
            as max_lateness_seconds_last_day
    from tat.tick_log
    where finished_at > clock_timestamp() - interval '1 day'
) as recent
left join lateral (
    select finished_at, origin
    from tat.tick_log
    order by finished_at desc
    limit 1
) as latest on true
