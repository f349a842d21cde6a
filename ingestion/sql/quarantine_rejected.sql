-- Move kept-out rows to quarantine; a row that is there already is brought up to date.
insert into tat.quarantine as held (
    table_name,
    row_key,
    row_number,
    source_row,
    reasons,
    is_waiting,
    waits_for_table,
    waits_for_key,
    row_updated_at,
    first_batch_id,
    last_batch_id
)
select
    %(table)s,
    once.row_key,
    once.row_number,
    once.source_row,
    once.reasons,
    once.waits_for_key is not null,
    once.waits_for_table,
    once.waits_for_key,
    once.row_updated_at,
    %(batch_id)s,
    %(batch_id)s
from (
    select distinct on (rejected.source_row) rejected.*
    from pg_temp.rejected
    order by rejected.source_row, rejected.row_number
) as once
order by once.row_number
on conflict (table_name, row_digest) do update
set
    row_key = excluded.row_key,
    row_number = excluded.row_number,
    reasons = excluded.reasons,
    is_waiting = excluded.is_waiting,
    waits_for_table = excluded.waits_for_table,
    waits_for_key = excluded.waits_for_key,
    row_updated_at = excluded.row_updated_at,
    last_batch_id = excluded.last_batch_id,
    resolved_at = null,
    is_dropped = false
