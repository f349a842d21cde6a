-- Take rows out of the queue that are loaded now; a place may have been given to another row since.
delete from tat.source_change
using unnest(%(places)s::tid[], %(noted_at)s::timestamptz[]) as done (place, noted_at)
where source_change.ctid = done.place and source_change.changed_at = done.noted_at
