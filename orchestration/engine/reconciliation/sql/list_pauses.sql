-- Pauses, in microseconds since the epoch.
select
    level_pauses.level_id,
    (extract(epoch from level_pauses.paused_at) * 1000000)::bigint as paused_at,
    (extract(epoch from level_pauses.resumed_at) * 1000000)::bigint as resumed_at
from workflow.level_pauses
order by level_pauses.level_id, level_pauses.paused_at
