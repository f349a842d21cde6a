-- Rows of a batch, which Great Expectations names, whose parent is not in the database.
select batch_rows.*
from (select * from {{batch}}) as batch_rows
where batch_rows.{child_column} is not null
    and not exists (
        select 1
        from {parent_table} as parent_rows
        where parent_rows.{parent_key} = batch_rows.{child_column}
    )
