-- Keep what this tick did, in the tick's own transaction.
insert into tat.tick_log (
    origin,
    as_of,
    started_at,
    finished_at,
    levels_derived,
    levels_claimed,
    alerts_recorded,
    notifications_queued,
    max_lateness_seconds,
    backlog
)
values (
    %(origin)s,
    %(as_of)s,
    now(),
    clock_timestamp(),
    %(levels_derived)s,
    %(levels_claimed)s,
    %(alerts_recorded)s,
    %(notifications_queued)s,
    %(max_lateness_seconds)s,
    %(backlog)s
)
