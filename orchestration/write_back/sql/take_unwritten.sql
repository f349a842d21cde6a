-- What is to be written next, each row once, and how often it was queued.
select
    unwritten.table_name,
    unwritten.row_key,
    max(unwritten.attempts) as attempts,
    array_agg(unwritten.ctid::text) as places
from (
    select
        unwritten.ctid,
        unwritten.*
    from tat.unwritten
    where unwritten.try_at <= clock_timestamp()
    limit %(limit)s
    for update skip locked
) as unwritten
group by unwritten.table_name, unwritten.row_key
