-- The last tick that left nothing behind, the latest instant any tick looked to, and the first start.
select
    (
        select tick_log.as_of
        from tat.tick_log
        where tick_log.backlog = 0
        order by tick_log.tick_id desc
        limit 1
    ) as last_clean_tick,
    (select max(tick_log.as_of) from tat.tick_log) as latest_tick,
    (
        select min(least(approval_levels.tat_start_time, approval_levels.level_start_time))
        from workflow.approval_levels
        where coalesce(approval_levels.tat_start_time, approval_levels.level_start_time)
            >= '1970-01-02'
    ) as first_start,
    (
        select min(level_change.old_started_at)
        from tat.level_change
        where level_change.closes_cycle and level_change.old_started_at >= '1970-01-02'
    ) as first_earlier_start,
    (select count(*) from workflow.approval_levels) as levels
