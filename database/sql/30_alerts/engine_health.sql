create or replace view tat.engine_health as
with latest as (
    select tick_log.finished_at, tick_log.origin, tick_log.as_of
    from tat.tick_log
    order by tick_log.finished_at desc
    limit 1
),

recorded as (
    select
        tat_alerts.threshold_crossed_at < level_clock.known_since as is_late_arrival,
        extract(epoch from tat_alerts.created_at - tat_alerts.threshold_crossed_at) as seconds
    from tat.tat_alerts
    left join tat.level_clock
        on level_clock.level_id = tat_alerts.level_id
        and level_clock.cycle = tat_alerts.cycle
    where tat_alerts.created_at > clock_timestamp() - interval '1 day'
        and tat_alerts.metadata ->> 'origin' = 'tick'
),

lateness as (
    select
        count(*) as alerts,
        count(*) filter (where recorded.is_late_arrival) as late_arrivals,
        percentile_cont(array[0.5, 0.95, 0.99, 1]) within group (order by recorded.seconds)
        filter (where recorded.is_late_arrival is not true) as seconds
    from recorded
),

due as (
    select count(*) as levels
    from tat.calendar
    cross join lateral (
        select 1
        from tat.level_clock
        where level_clock.calendar_id = calendar.calendar_id
            and level_clock.next_due_clock
            < tat.find_work_clock(calendar.calendar_id, clock_timestamp())
    ) as passed
)

select
    -- A sensor that ticks each minute has missed two: one tick skipped as busy is no alarm.
    coalesce(latest.finished_at > clock_timestamp() - interval '140 seconds', false) as is_alive,
    latest.finished_at as last_tick_at,
    latest.origin as last_tick_by,
    extract(epoch from clock_timestamp() - latest.finished_at)::numeric(14, 1)
        as seconds_since_tick,
    (
        select count(*)
        from tat.tick_log
        where tick_log.finished_at > clock_timestamp() - interval '1 hour'
    ) as ticks_last_hour,
    lateness.alerts as alerts_last_day,
    lateness.late_arrivals as late_arrivals_last_day,
    lateness.seconds[1]::numeric(14, 3) as lateness_p50_seconds,
    lateness.seconds[2]::numeric(14, 3) as lateness_p95_seconds,
    lateness.seconds[3]::numeric(14, 3) as lateness_p99_seconds,
    lateness.seconds[4]::numeric(14, 3) as lateness_max_seconds,
    due.levels as backlog,
    changes.waiting as changes_waiting,
    extract(epoch from clock_timestamp() - changes.oldest_at)::numeric(14, 1)
        as oldest_change_seconds,
    notifications.waiting as notifications_waiting,
    extract(epoch from clock_timestamp() - notifications.oldest_at)::numeric(14, 1)
        as oldest_undelivered_seconds,
    (
        select count(*)
        from tat.quarantine
        where quarantine.resolved_at is null
    ) as rows_quarantined,
    (select min(calendar.span_ends_on) - current_date from tat.calendar)
        as calendar_days_ahead,
    source_health.is_followed as source_is_followed,
    source_health.seconds_behind as source_seconds_behind
from lateness
cross join due
cross join (
    select count(*) as waiting, min(level_change.changed_at) as oldest_at
    from tat.level_change
    where level_change.drained_at is null
) as changes
cross join (
    select count(*) as waiting, min(undelivered.since) as oldest_at
    from (
        select outbox.queued_at as since
        from tat.outbox
        where outbox.routed_at is null

        union all

        select delivery.send_at
        from tat.delivery
        where delivery.state in ('queued', 'failed', 'sending')
            and delivery.send_at <= clock_timestamp()
    ) as undelivered
) as notifications
left join latest on true
left join tat.source_health on true;
comment on view tat.engine_health is
'The engine in one row. All figures are of this moment, by the database''s own clock.';
comment on column tat.engine_health.is_alive is
'The last tick, whoever ran it, finished less than 140 seconds ago: no two in a row are missing.';
comment on column tat.engine_health.last_tick_by is
'sensor: Dagster; command: by hand; load: after landing data.';
comment on column tat.engine_health.alerts_last_day is
'Alerts recorded by ticks within 24 hours; those of levels that arrived decided are not counted.';
comment on column tat.engine_health.late_arrivals_last_day is
'Those among alerts_last_day whose threshold had passed before the level itself arrived: late, but not by the engine.';
comment on column tat.engine_health.lateness_p50_seconds is
'Median over the last day of recorded minus crossed, late arrivals left out. Downtime counts as lateness, and so does a corrected start or TAT that moves a point into the past.';
comment on column tat.engine_health.lateness_p95_seconds is
'95th percentile of recorded minus crossed over the last day.';
comment on column tat.engine_health.lateness_p99_seconds is
'99th percentile of recorded minus crossed over the last day.';
comment on column tat.engine_health.lateness_max_seconds is
'The latest alert of the last day: recorded minus crossed.';
comment on column tat.engine_health.backlog is
'Levels past a threshold that no tick has recorded yet.';
comment on column tat.engine_health.changes_waiting is
'Captured changes that no tick has derived yet.';
comment on column tat.engine_health.notifications_waiting is
'Alerts without deliveries yet, and deliveries whose time has come.';
comment on column tat.engine_health.calendar_days_ahead is
'For how many days from now every calendar is generated.';
comment on column tat.engine_health.source_is_followed is
'Whether what changed in the app''s own database is known here; null where none is followed.';
comment on column tat.engine_health.source_seconds_behind is
'Seconds since everything that had changed there was last loaded.';
