-- Rows of the app's tables that changed, each once, and their places in the queue.
select
    queued.table_name,
    queued.row_key,
    array_agg(queued.ctid::text) as places,
    array_agg(queued.changed_at::text) as noted_at
from (
    select source_change.ctid, source_change.*
    from tat.source_change
    where source_change.table_name = any(%(tables)s)
        and source_change.row_key is not null
    limit %(rows)s
) as queued
group by queued.table_name, queued.row_key
