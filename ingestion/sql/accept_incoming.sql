-- Note the keys that this pass would load.
insert into pg_temp.accepted (table_name, row_key)
select %(table)s, incoming.{key}
from pg_temp.incoming
