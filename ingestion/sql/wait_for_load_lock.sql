-- Take the lock of loads, waiting for a running load to end.
select pg_advisory_xact_lock(7280, 2)
