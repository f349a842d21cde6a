-- So many approvers, as a company has them.
insert into workflow.users (user_id, email, display_name)
select gen_random_uuid(), 'person' || person || '@example.com', 'Person ' || person
from generate_series(1, %(people)s) as person
