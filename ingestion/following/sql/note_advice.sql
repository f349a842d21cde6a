-- Note what would spare the source work; null: nothing.
update tat.source_table
set advice = %(advice)s
where source_table.table_name = %(table)s
