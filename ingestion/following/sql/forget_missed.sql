-- A table is compared whose changes had missed the queue.
delete from tat.source_miss
using unnest(%(places)s::tid[], %(noted_at)s::timestamptz[]) as done (place, noted_at)
where source_miss.ctid = done.place and source_miss.missed_at = done.noted_at
