-- What the app has not been told of yet, by table.
select
    write_back.table_name,
    write_back.target_schema || '.' || write_back.target_name as target,
    count(unwritten.row_key) as waiting,
    count(unwritten.row_key) filter (where unwritten.attempts > 0) as refused,
    extract(epoch from clock_timestamp() - min(unwritten.queued_at))::numeric(14, 1)
        as oldest_seconds,
    max(unwritten.last_error) as last_error
from tat.write_back
left join tat.unwritten on write_back.table_name = unwritten.table_name
group by write_back.table_name, write_back.target_schema, write_back.target_name
order by write_back.table_name desc
