-- Note the rows that are here before a table is followed: they may never have been the source's.
insert into tat.gone_row (table_name, row_key)
select %(table)s, ours.{key}
from workflow.{table_name} as ours
on conflict do nothing
