-- How many rows share their key with another.
select coalesce(sum(shared.key_rows), 0)::bigint as "rows"
from (
    select count(*) as key_rows
    from {relation} as mapped
    where mapped.{key} is not null
    group by mapped.{key}
    having count(*) > 1
) as shared
