-- Settle waiting rows that have landed.
update tat.quarantine
set resolved_at = clock_timestamp()
where quarantine_id = any(%(quarantine_ids)s)
