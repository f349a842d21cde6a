-- Give up the lock of followers.
select pg_advisory_unlock(7280, 4)
