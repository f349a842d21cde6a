-- Forget how far a table was read if its rows came from another relation.
delete from tat.source_table
where source_table.table_name = %(table)s and source_table.relation <> %(relation)s
