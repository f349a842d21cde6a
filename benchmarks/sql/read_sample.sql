-- The clocks of the sampled levels, as the engine has derived them.
select to_jsonb(level_clock) - 'derived_at'
from tat.level_clock
order by level_clock.level_id
limit %(sample)s
