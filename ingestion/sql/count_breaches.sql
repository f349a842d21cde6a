-- How many rows of a pass break a rule, and the key of one.
select
    count(*) as breaches,
    min(broken.{key}::text) as example
from (
    {breaches}
) as broken
where broken.{key} in (select incoming.{key} from pg_temp.incoming)
