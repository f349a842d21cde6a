-- How many of these rows are still kept out.
select count(*) as rows
from tat.quarantine
where quarantine.quarantine_id = any(%(ids)s) and quarantine.resolved_at is null
