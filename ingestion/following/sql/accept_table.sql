-- Take a table as it is at the source now: its columns, and that rows are gone.
update tat.source_table
set
    columns = null,
    fault = null,
    faulty_since = null,
    held_back = null,
    allows_loss = true,
    compared_at = null,
    writes = null
where source_table.table_name = %(table)s
