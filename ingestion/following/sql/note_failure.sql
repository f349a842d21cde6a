-- Note that the source does not answer, since when and why.
insert into tat.source as kept (address, looked_at, failed_at, failure)
values (%(address)s, clock_timestamp(), clock_timestamp(), %(failure)s)
on conflict (only_one) do update
set
    looked_at = excluded.looked_at,
    failed_at = coalesce(kept.failed_at, excluded.failed_at),
    failure = excluded.failure
