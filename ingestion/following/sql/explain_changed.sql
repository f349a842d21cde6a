explain (verbose, format json)
select *
from {relation} as source
where {changed_at} >= now()
