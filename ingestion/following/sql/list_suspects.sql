-- The next keys of rows that differ.
select suspect.row_key::text as row_key
from pg_temp.suspect
where suspect.row_key > %(after)s
    and (not suspect.is_gone or %(with_gone)s)
order by suspect.row_key
limit %(rows)s
