-- Note the keys that this pass would land.
insert into pg_temp.accepted (table_name, row_key)
select %(table)s, incoming.{key}
from pg_temp.incoming
