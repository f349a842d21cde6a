-- Resolve earlier quarantined rows of the keys that are loaded now, unless newer.
update tat.quarantine
set resolved_at = clock_timestamp()
from pg_temp.incoming
where quarantine.table_name = %(table)s
    and quarantine.resolved_at is null
    and quarantine.row_key = incoming.{key}::text
    and quarantine.last_batch_id < %(batch_id)s
    and (
        quarantine.row_updated_at is null
        or {version} is null
        or quarantine.row_updated_at <= {version}
    )
