-- How many requests changed since the incremental tables were last brought up to the source, and since when.
select
    count(distinct request_change.request_id) as requests_waiting,
    extract(epoch from clock_timestamp() - min(request_change.changed_at))::numeric(14, 1)
        as oldest_change_seconds
from tat.request_change
