-- Resolve waiting rows that are loaded now.
update tat.quarantine
set resolved_at = clock_timestamp()
where quarantine_id = any(%(quarantine_ids)s)
