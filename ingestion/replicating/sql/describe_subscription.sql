-- Whether changes arrive, and what was copied first.
select
    pg_subscription.subslotname::text as slot,
    pg_subscription.subenabled as is_enabled,
    workers.running > 0 as is_running,
    extract(epoch from clock_timestamp() - workers.heard_at)::numeric(14, 1)
        as seconds_since_message,
    (
        select count(*)
        from pg_subscription_rel
        where pg_subscription_rel.srsubid = pg_subscription.oid
            and pg_subscription_rel.srsubstate <> 'r'
    ) as tables_being_copied,
    pg_stat_subscription_stats.apply_error_count + pg_stat_subscription_stats.sync_error_count
        as errors
from pg_subscription
inner join pg_database on pg_database.oid = pg_subscription.subdbid
-- A large transaction may be applied by several.
cross join lateral (
    select
        count(pg_stat_subscription.pid) as running,
        max(pg_stat_subscription.last_msg_receipt_time) as heard_at
    from pg_stat_subscription
    where pg_stat_subscription.subid = pg_subscription.oid
        and pg_stat_subscription.relid is null
) as workers
left join pg_stat_subscription_stats
    on pg_stat_subscription_stats.subid = pg_subscription.oid
where pg_database.datname = current_database()
    and pg_subscription.subname = %(subscription)s
