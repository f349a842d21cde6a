-- One row of the quarantine with all that is known of it, resolved or not.
select
    quarantine.quarantine_id as id,
    quarantine.table_name as "table",
    quarantine.row_key as key,
    quarantine.reasons,
    case
        when quarantine.is_dropped then 'given up'
        when quarantine.resolved_at is not null then 'loaded since, or replaced by a newer version'
        when quarantine.is_waiting
            then format(
                'waits for %%s %%s', quarantine.waits_for_table, quarantine.waits_for_key
            )
        else 'kept out'
    end as state,
    quarantine.row_number as row,
    coalesce(load_batch.source, 'the engine') as source,
    quarantine.first_batch_id as first_load,
    quarantine.last_batch_id as last_load,
    date_trunc('second', quarantine.quarantined_at) as quarantined_at,
    date_trunc('second', quarantine.resolved_at) as resolved_at,
    quarantine.source_row
from tat.quarantine
left join tat.load_batch on quarantine.last_batch_id = load_batch.batch_id
where quarantine.quarantine_id = %(quarantine_id)s
