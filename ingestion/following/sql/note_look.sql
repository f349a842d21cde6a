-- Note how the source looks now; it answers.
insert into tat.source (address, server, read_at, open_transactions, looked_at)
values (%(address)s, %(server)s, %(read_at)s, %(open_transactions)s, clock_timestamp())
on conflict (only_one) do update
set
    address = excluded.address,
    server = excluded.server,
    read_at = excluded.read_at,
    open_transactions = excluded.open_transactions,
    looked_at = excluded.looked_at,
    failed_at = null,
    failure = null
