-- An event that was taken before, and what was answered.
select event.content_digest, event.answer
from tat.event
where event.event_id = %(event_id)s
