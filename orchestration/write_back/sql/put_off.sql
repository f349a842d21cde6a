-- A row that the app's database refused is tried again, later each time, once a day at last.
update tat.unwritten
set
    attempts = unwritten.attempts + 1,
    last_error = %(reason)s,
    try_at = clock_timestamp()
    + least(interval '1 minute' * 2 ^ least(unwritten.attempts, 12), interval '1 day')
where ctid = any(%(places)s::tid[])
