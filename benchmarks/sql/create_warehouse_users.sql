-- People of twelve departments; one in twenty has none.
insert into workflow.users (user_id, employee_id, email, display_name, department, designation)
select
    md5('user ' || number)::uuid,
    'E' || number,
    'user' || number || '@example.com',
    'User ' || number,
    case when number %% 20 <> 0 then 'Department ' || 1 + number %% 12 end,
    'Clerk'
from generate_series(0, %(users)s - 1) as number
