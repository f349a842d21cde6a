-- Write alerts to the app's table, each once; those that are there are brought up to date.
insert into {target} as written ({columns})
select {columns}
from jsonb_populate_recordset(null::{target}, %(rows)s)
on conflict ({key}) do update
set {assignments}
