-- Bring the incremental tables up to the oldest changes at the source.
select
    refreshed.requests_stored,
    refreshed.changes_left,
    refreshed.is_waiting_for_build,
    refreshed.is_waiting_for_rules
from tat.refresh_stored_facts(%(batch_size)s) as refreshed
