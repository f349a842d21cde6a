-- Quarantined rows, the latest first.
select
    chosen.quarantine_id as id,
    chosen.table_name as "table",
    chosen.row_key as key,
    chosen.last_batch_id as load,
    chosen.row_number as row,
    array_to_string(chosen.reasons, '; ') as reasons,
    chosen.is_waiting as waiting,
    date_trunc('second', chosen.quarantined_at) as quarantined_at
from ({chosen}) as chosen
order by chosen.quarantine_id desc
limit %(limit)s
