-- The transactions that run in this database and may still commit, all but this one. Each holds
-- a lock on its own number, which everybody may see; when it began only some logins may.
select
    pg_locks.virtualtransaction as transaction_id,
    pg_stat_activity.xact_start as started_at,
    false as is_prepared
from pg_locks
inner join pg_stat_activity on pg_stat_activity.pid = pg_locks.pid
where pg_locks.locktype = 'virtualxid'
    and pg_locks.virtualxid = pg_locks.virtualtransaction
    and pg_locks.pid <> pg_backend_pid()
    and pg_stat_activity.datname = current_database()
    -- What nobody logged in for, such as autovacuum, changes no rows.
    and pg_stat_activity.usesysid is not null
union all
select
    'prepared ' || pg_prepared_xacts.transaction::text,
    null,
    true
from pg_prepared_xacts
where pg_prepared_xacts.database = current_database()
union all
select
    'of the primary ' || running.transaction_id::text,
    null,
    false
from pg_snapshot_xip(pg_current_snapshot()) as running (transaction_id)
where pg_is_in_recovery()
