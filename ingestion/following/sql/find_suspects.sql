-- The rows that differ, or that only one side has.
create temporary table suspect as
select
    coalesce(there.row_key, here.row_key) as row_key,
    there.row_key is null as is_gone
from pg_temp.there
full join pg_temp.here on here.row_key = there.row_key
where there.digest is distinct from here.digest
