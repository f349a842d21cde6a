-- How many rows differ, and how many of them the source no longer has.
select
    count(*) as suspects,
    count(*) filter (where suspect.is_gone) as gone
from pg_temp.suspect
