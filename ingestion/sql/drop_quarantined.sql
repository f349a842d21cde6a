-- Give up rows of the quarantine; they stay as a record.
update tat.quarantine
set resolved_at = clock_timestamp(), is_dropped = true
where quarantine.quarantine_id = any(%(ids)s) and quarantine.resolved_at is null
