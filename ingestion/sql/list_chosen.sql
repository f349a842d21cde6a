-- The chosen rows of a table that may land by now, by their columns: each has a key, came
-- from a source, and was kept out for itself, not for another row of its batch.
select
    quarantine.quarantine_id,
    quarantine.row_number,
    quarantine.source_row,
    (
        select array_agg(member.column_name order by member.column_name)
        from jsonb_object_keys(quarantine.source_row) as member (column_name)
    ) as column_names
from tat.quarantine
where quarantine.quarantine_id = any(%(ids)s)
    and quarantine.table_name = %(table)s
    and quarantine.resolved_at is null
    and quarantine.row_key is not null
    and quarantine.first_batch_id is not null
    and not (%(duplicate)s = any(quarantine.reasons))
order by column_names, quarantine.quarantine_id
