-- How many rows a mapped table has, and how many of them fill each column.
select count(*) as "rows", {counts}
from {relation} as mapped
