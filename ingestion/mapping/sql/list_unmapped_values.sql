-- The values of a column that are none of those it may have, the most frequent first.
select
    mapped.{column}::text as value,
    count(*) as "rows"
from {relation} as mapped
where mapped.{column}::text <> all({allowed}::text[])
group by mapped.{column}::text
order by count(*) desc, mapped.{column}::text
limit 10
