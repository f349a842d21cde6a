-- The source's own clock, and which database this is, at which start of its server. A replica is as old as the
-- last transaction that has reached it, by the clock of the server that it follows.
select
    case
        when pg_is_in_recovery() then coalesce(
            pg_last_xact_replay_timestamp(), pg_postmaster_start_time()
        )
        else clock_timestamp()
    end as read_at,
    format(
        '%s %s',
        pg_postmaster_start_time(),
        (select pg_database.oid from pg_database where pg_database.datname = current_database())
    ) as server
