-- Merge the rows that are new or differ. Unchanged ones are left out before the insert:
-- on conflict would lock, so rewrite, each of them.
with merged as (
    insert into workflow.{table_name} as loaded ({column_names})
    select {incoming_columns}
    from pg_temp.incoming
    left join workflow.{table_name} as loaded on incoming.{key} = loaded.{key}
    where loaded.{key} is null or ({loaded_is_older} and {loaded_differs})
    on conflict ({key}) do update
    set {assignments}
    where {conflict_is_older} and {conflict_differs}
    returning xmax = 0 as is_inserted
)

select
    count(*) filter (where merged.is_inserted) as inserted,
    count(*) filter (where not merged.is_inserted) as updated
from merged
