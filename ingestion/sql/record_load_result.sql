-- Log what a batch did to one table.
insert into tat.load_result (
    batch_id,
    table_name,
    rows_read,
    rows_inserted,
    rows_updated,
    rows_unchanged,
    rows_quarantined,
    rows_waiting,
    unknown_columns
)
values (
    %(batch_id)s,
    %(table)s,
    %(read)s,
    %(inserted)s,
    %(updated)s,
    %(unchanged)s,
    %(quarantined)s,
    %(waiting)s,
    %(unknown_columns)s
)
