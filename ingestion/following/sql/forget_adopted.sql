-- No longer follow a schema by triggers, and forget what they have noted.
with queue as (
    delete from tat.source_change
),

misses as (
    delete from tat.source_miss
)

delete from tat.adopted_schema
