-- Levels whose changes no tick has seen yet.
select distinct level_change.level_id
from tat.level_change
where level_change.drained_at is null
