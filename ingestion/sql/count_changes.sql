-- How many rows a merge would insert and how many it would change.
select
    count(*) as incoming,
    count(*) filter (where landed.{key} is null) as inserted,
    count(*) filter (
        where landed.{key} is not null and {landed_is_older} and {landed_differs}
    ) as updated
from pg_temp.incoming
left join workflow.{table_name} as landed on incoming.{key} = landed.{key}
