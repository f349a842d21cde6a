-- Mark some levels as changed, and keep the clocks they have now.
with sampled as materialized (
    select level_clock.*
    from tat.level_clock
    order by level_clock.level_id
    limit %(sample)s
),

marked as (
    insert into tat.level_change (level_id, cause)
    select sampled.level_id, 'level'
    from sampled
)

select to_jsonb(sampled) - 'derived_at'
from sampled
order by sampled.level_id
