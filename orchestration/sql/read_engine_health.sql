-- The engine in one row.
select engine_health.*
from tat.engine_health
