-- Land the rows that are new or differ. Unchanged ones are left out before the insert:
-- on conflict would lock, so rewrite, each of them.
with merged as (
    insert into workflow.{table_name} as landed ({column_names})
    select {incoming_columns}
    from pg_temp.incoming
    left join workflow.{table_name} as landed on incoming.{key} = landed.{key}
    where landed.{key} is null or ({landed_is_older} and {landed_differs})
    on conflict ({key}) do update
    set {assignments}
    where {conflict_is_older} and {conflict_differs}
    returning xmax = 0 as is_inserted
)

select
    count(*) filter (where merged.is_inserted) as inserted,
    count(*) filter (where not merged.is_inserted) as updated
from merged
