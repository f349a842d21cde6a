-- Record the alerts of levels past a threshold, with flags, activities and notifications, and move their clocks on.
select recorded.*
from tat.record_crossings(%(as_of)s, %(batch_size)s, %(backlog)s) as recorded
