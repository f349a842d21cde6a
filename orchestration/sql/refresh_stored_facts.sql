-- Bring the stored facts up to the oldest changes at the source.
select refreshed.requests_stored, refreshed.changes_left
from tat.refresh_stored_facts(%(batch_size)s) as refreshed
