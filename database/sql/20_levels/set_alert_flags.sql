-- The flags of a level say which alerts its current cycle has. Those that change are queued to be
-- written to the app, where that is switched on.
create or replace function tat.set_alert_flags(p_levels uuid[]) returns void
language sql
begin atomic
    with flagged as (
        update workflow.approval_levels
        set
            tat50_alert_sent = sent.has_50,
            tat75_alert_sent = sent.has_75,
            tat_breached = sent.has_100
        from unnest(p_levels) as touched (level_id)
        inner join tat.level_clock
            on level_clock.level_id = touched.level_id and level_clock.is_current
        cross join lateral (
            select
                coalesce(bool_or(tat_alerts.alert_type = 'TAT_50'), false) as has_50,
                coalesce(bool_or(tat_alerts.alert_type = 'TAT_75'), false) as has_75,
                coalesce(bool_or(tat_alerts.alert_type = 'TAT_100'), false) as has_100
            from tat.tat_alerts
            where tat_alerts.level_id = level_clock.level_id
                and tat_alerts.cycle = level_clock.cycle
        ) as sent
        where approval_levels.level_id = touched.level_id
            and (
                approval_levels.tat50_alert_sent,
                approval_levels.tat75_alert_sent,
                approval_levels.tat_breached
            ) is distinct from (sent.has_50, sent.has_75, sent.has_100)
        returning approval_levels.level_id
    )

    insert into tat.unwritten (table_name, row_key)
    select 'approval_levels', flagged.level_id
    from flagged
    where exists (
        select 1 from tat.write_back where write_back.table_name = 'approval_levels'
    );
end;
