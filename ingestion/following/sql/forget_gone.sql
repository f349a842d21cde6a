-- Forget that rows were gone which are there again.
delete from tat.gone_row
where gone_row.table_name = %(table)s
    and gone_row.row_key = any(%(keys)s::uuid[])
