explain (verbose, format json)
select *
from {relation} as source
