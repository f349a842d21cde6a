-- How the source is followed, in one row; none where there is no source.
select source_health.*
from tat.source_health
