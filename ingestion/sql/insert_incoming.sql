-- Insert every row of the pass: nothing is there that one could conflict with.
insert into workflow.{table_name} ({column_names})
select {incoming_columns}
from pg_temp.incoming
