-- Take the lock of loads if nobody holds it; whether it was free.
select pg_try_advisory_xact_lock(7280, 2)
