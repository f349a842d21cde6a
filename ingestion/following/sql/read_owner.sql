-- The source of a table that is followed; no row where it is not.
select source.address
from tat.source_table
inner join tat.source on true
where source_table.table_name = %(table)s and source_table.is_loaded
