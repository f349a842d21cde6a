select *
from {relation} as source
limit 0
