-- Waiting rows of a table whose missing parent has been loaded, or in a dry run been
-- accepted, by their columns. A dry run leaves out those of which it accepted another
-- version.
select
    quarantine.quarantine_id,
    quarantine.row_number,
    quarantine.source_row,
    (
        select array_agg(member.column_name order by member.column_name)
        from jsonb_object_keys(quarantine.source_row) as member (column_name)
    ) as column_names
from tat.quarantine
where quarantine.table_name = %(table)s
    and quarantine.waits_for_table = %(parent)s
    and quarantine.is_waiting
    and quarantine.resolved_at is null
    and (
        exists (
            select 1
            from workflow.{parent_table} as parent_rows
            where parent_rows.{parent_key} = quarantine.waits_for_key
        )
        or exists (
            select 1
            from pg_temp.accepted
            where accepted.table_name = %(parent)s
                and accepted.row_key = quarantine.waits_for_key
        )
    )
    and not exists (
        select 1
        from pg_temp.accepted as already
        where already.table_name = %(table)s
            and already.row_key::text = quarantine.row_key
    )
order by column_names, quarantine.quarantine_id
