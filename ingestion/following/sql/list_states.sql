-- How far each table of the source was read.
select
    source_table.table_name,
    source_table.is_loaded,
    source_table.reached_at::text as reached_at,
    source_table.reached_key,
    (source_table.read_from - %(overlap)s::interval)::text as read_from,
    source_table.rows_loaded,
    source_table.writes,
    coalesce(
        source_table.compared_at < clock_timestamp() - interval '1 hour', true
    ) as is_due,
    source_table.columns,
    source_table.fault,
    source_table.allows_loss
from tat.source_table
