-- Departments of users that differ only in case, blanks or signs.
select array_agg(distinct candidates.department order by candidates.department) as names
from ({candidates}) as candidates
where candidates.department is not null
group by lower(regexp_replace(candidates.department, '[^[:alnum:]]+', '', 'g'))
having count(distinct candidates.department) > 1
order by names
