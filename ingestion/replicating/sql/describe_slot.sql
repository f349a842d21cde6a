-- How far the source's server is ahead of what the warehouse has, and what it keeps for it.
select
    pg_replication_slots.active as is_active,
    pg_replication_slots.wal_status,
    pg_wal_lsn_diff(
        pg_current_wal_lsn(), pg_replication_slots.confirmed_flush_lsn
    )::bigint as bytes_behind,
    pg_wal_lsn_diff(pg_current_wal_lsn(), pg_replication_slots.restart_lsn)::bigint as bytes_kept,
    pg_replication_slots.safe_wal_size as bytes_left,
    current_setting('max_slot_wal_keep_size') as keep_size
from pg_replication_slots
where pg_replication_slots.slot_name = %(slot)s
