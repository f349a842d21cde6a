-- Have tables compared as a whole that were loaded before their changes were noted.
insert into tat.source_change (table_name)
select source_table.table_name
from tat.source_table
where source_table.is_loaded and source_table.table_name = any(%(tables)s)
