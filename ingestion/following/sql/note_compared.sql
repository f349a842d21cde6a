-- Note that a table was compared, and what it holds back.
update tat.source_table
set
    compared_at = clock_timestamp(),
    followed_at = clock_timestamp(),
    writes = %(writes)s,
    held_back = %(held_back)s,
    allows_loss = false
where source_table.table_name = %(table)s
