-- Note why a table is not followed, and since when.
update tat.source_table
set
    fault = %(fault)s,
    faulty_since = coalesce(source_table.faulty_since, clock_timestamp())
where source_table.table_name = %(table)s
