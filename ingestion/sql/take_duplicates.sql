-- Take out all but the newest row of each key; of equally new ones the last stays.
with repeated as (
    select {key} as repeated_key
    from pg_temp.incoming
    group by {key}
    having count(*) > 1
),

ranked as (
    select
        incoming.row_id,
        row_number() over (
            partition by incoming.{key}
            order by {version} desc nulls last, incoming.row_id desc
        ) as place
    from pg_temp.incoming
    inner join repeated on incoming.{key} = repeated.repeated_key
),

taken as (
    delete from pg_temp.incoming
    using ranked
    where ranked.row_id = incoming.row_id and ranked.place > 1
    returning incoming.row_id, incoming.{key}, {version} as row_updated_at
)

insert into pg_temp.unmerged (row_id, row_key, row_updated_at)
select taken.row_id, taken.{key}::text, taken.row_updated_at::text
from taken
