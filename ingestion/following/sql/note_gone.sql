-- Note which rows are gone; return those that were not noted before.
insert into tat.gone_row (table_name, row_key)
select %(table)s, gone.row_key
from unnest(%(keys)s::uuid[]) as gone (row_key)
on conflict do nothing
returning row_key
