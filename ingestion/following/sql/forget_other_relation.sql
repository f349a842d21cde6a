-- Forget how far a table was read if its rows came from another relation.
update tat.source_table
set
    relation = %(relation)s,
    is_loaded = false,
    reached_at = null,
    reached_key = null,
    read_from = null,
    next_read_from = null,
    writes = null,
    rows_loaded = 0,
    compared_at = null,
    columns = null
where source_table.table_name = %(table)s and source_table.relation <> %(relation)s
