-- The app's tables that are written to.
select
    write_back.table_name,
    write_back.target_schema,
    write_back.target_name,
    write_back.columns,
    write_back.lookups
from tat.write_back
order by write_back.table_name desc
