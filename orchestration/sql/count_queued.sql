-- What triggers have noted of the app's tables and no round has loaded yet.
select
    count(*) as changes,
    extract(epoch from clock_timestamp() - min(source_change.changed_at))::numeric(14, 1)
        as oldest_seconds
from tat.source_change
