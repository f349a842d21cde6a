-- Tables of which any row may have changed: marks in the queue, and changes that missed it.
select
    source_change.table_name,
    'forget_queued' as forget,
    source_change.ctid::text as place,
    source_change.changed_at::text as noted_at
from tat.source_change
where source_change.row_key is null and source_change.table_name = any(%(tables)s)
union all
select
    source_miss.table_name,
    'forget_missed',
    source_miss.ctid::text,
    source_miss.missed_at::text
from tat.source_miss
where source_miss.table_name = any(%(tables)s)
