-- Whether any row of a table is known to be gone.
select exists (select from tat.gone_row where gone_row.table_name = %(table)s) as has_gone
