-- Where people are now.
select users.user_id, users.department, users.location
from workflow.users
where users.department is not null or users.location is not null
