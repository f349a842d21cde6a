-- How many rows a merge would insert and how many it would change.
select
    count(*) as incoming,
    count(*) filter (where loaded.{key} is null) as inserted,
    count(*) filter (
        where loaded.{key} is not null and {loaded_is_older} and {loaded_differs}
    ) as updated
from pg_temp.incoming
left join workflow.{table_name} as loaded on incoming.{key} = loaded.{key}
