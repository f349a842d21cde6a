-- The transactions that run in this database and may still commit, all but this one. Each holds
-- a lock on its own number, which everybody may see; when it began only some logins may. Of those
-- of its primary a replica tells the oldest alone, which hides_others.
select
    pg_locks.virtualtransaction as transaction_id,
    pg_stat_activity.xact_start as started_at,
    false as is_prepared,
    false as hides_others
from pg_locks
inner join pg_stat_activity on pg_stat_activity.pid = pg_locks.pid
where pg_locks.locktype = 'virtualxid'
    and pg_locks.virtualxid = pg_locks.virtualtransaction
    and pg_locks.pid <> pg_backend_pid()
    and pg_stat_activity.datname = current_database()
    -- What nobody logged in for, such as autovacuum, changes no rows.
    and pg_stat_activity.usesysid is not null
    and not pg_is_in_recovery()
union all
select
    'prepared ' || pg_prepared_xacts.transaction::text,
    null,
    true,
    false
from pg_prepared_xacts
where pg_prepared_xacts.database = current_database()
union all
select
    'of the primary ' || pg_snapshot_xmin(pg_current_snapshot())::text,
    null,
    false,
    true
where pg_is_in_recovery()
    and pg_snapshot_xmin(pg_current_snapshot()) < pg_snapshot_xmax(pg_current_snapshot())
