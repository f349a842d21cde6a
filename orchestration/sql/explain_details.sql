-- Everything that makes up one level's elapsed time and alerts.
select explained.*
from tat.explain_details(%(level_id)s, coalesce(%(as_of)s::timestamptz, tat.as_of())) as explained
