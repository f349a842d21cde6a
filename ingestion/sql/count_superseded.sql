-- How many duplicates of a pass have a newer version of their key in it.
with versions as (
    select incoming.{key}::text as row_key, {version} as updated_at
    from pg_temp.incoming
    union all
    select unmerged.row_key, unmerged.row_updated_at::timestamptz
    from pg_temp.unmerged
),

latest as (
    select versions.row_key, max(versions.updated_at) as updated_at
    from versions
    group by versions.row_key
)

select count(*) as superseded
from pg_temp.unmerged
inner join latest on unmerged.row_key = latest.row_key
where unmerged.child_column is null
    and not unmerged.is_overlap
    and coalesce(unmerged.row_updated_at::timestamptz < latest.updated_at, true)
