-- How many rows of a pass break a rule, and the key of one. Older versions do not count.
select
    count(*) as breaches,
    min(broken.{key}::text) as example
from (
    {breaches}
) as broken
inner join pg_temp.incoming on broken.{key} = incoming.{key}
left join workflow.{table_name} as loaded on broken.{key} = loaded.{key}
where loaded.{key} is null or {incoming_is_newer}
