-- Take the lock that keeps followers apart, until this session ends or gives it up.
select pg_advisory_lock(7280, 4)
