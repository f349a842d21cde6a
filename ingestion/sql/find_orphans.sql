-- Note rows whose parent has neither been loaded nor, in a dry run, been accepted.
insert into pg_temp.unmerged (
    row_id, row_key, row_updated_at, ordinal, child_column, parent_key
)
select
    incoming.row_id,
    incoming.{key}::text,
    {version}::text,
    %(ordinal)s,
    %(column_name)s,
    incoming.{child_column}
from pg_temp.incoming
where incoming.{child_column} is not null
    and not exists (
        select 1
        from workflow.{parent_table} as parent_rows
        where parent_rows.{parent_key} = incoming.{child_column}
    )
    and not exists (
        select 1
        from pg_temp.accepted
        where accepted.table_name = %(parent)s
            and accepted.row_key = incoming.{child_column}
    )
