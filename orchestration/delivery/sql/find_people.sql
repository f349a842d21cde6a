-- Whom an e-mail address or a key means.
select users.user_id, users.display_name, users.email
from workflow.users
where lower(users.email) = lower(%(person)s) or users.user_id::text = lower(%(person)s)
order by users.user_id
