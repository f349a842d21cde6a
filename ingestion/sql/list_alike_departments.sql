-- Departments that differ only in case, blanks or signs.
select array_agg(distinct users.department order by users.department) as names
from workflow.users
where users.department is not null
group by lower(regexp_replace(users.department, '[^[:alnum:]]+', '', 'g'))
having count(distinct users.department) > 1
order by names
