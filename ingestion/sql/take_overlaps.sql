-- Take out rows whose period overlaps one that is loaded, or an earlier one of the pass that stays.
-- Run until nothing is taken: each time those go that overlap the first of their row of periods.
with periods as (
    select
        incoming.row_id,
        incoming.{key} as period_key,
        incoming.{owner} as owner_key,
        tstzrange(incoming.{starts_at}, incoming.{ends_at}) as period,
        row_number() over (
            partition by incoming.{owner}
            order by incoming.{starts_at}, incoming.{key}
        ) as place
    from pg_temp.incoming
),

loaded as (
    select
        loaded.{owner} as owner_key,
        tstzrange(loaded.{starts_at}, loaded.{ends_at}) as period
    from workflow.{table_name} as loaded
    where loaded.{owner} in (select periods.owner_key from periods)
        and loaded.{key} not in (select periods.period_key from periods)
),

misplaced as (
    select periods.row_id
    from periods
    inner join loaded
        on loaded.owner_key = periods.owner_key
        and loaded.period && periods.period
    union
    select later.row_id
    from periods as later
    inner join periods as earlier
        on earlier.owner_key = later.owner_key
        and earlier.place < later.place
        and earlier.period && later.period
    where not exists (
        select 1
        from periods as before
        where before.owner_key = earlier.owner_key
            and before.place < earlier.place
            and before.period && earlier.period
    )
        and not exists (
            select 1
            from loaded
            where loaded.owner_key = earlier.owner_key and loaded.period && earlier.period
        )
),

taken as (
    delete from pg_temp.incoming
    using misplaced
    where misplaced.row_id = incoming.row_id
    returning incoming.row_id, incoming.{key}, {version} as row_updated_at
)

insert into pg_temp.unmerged (row_id, row_key, row_updated_at, is_overlap)
select taken.row_id, taken.{key}::text, taken.row_updated_at::text, true
from taken
