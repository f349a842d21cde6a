-- An approver in each branch, and one at headquarters who has asked for everything.
insert into workflow.users (user_id, email, display_name, location)
select
    md5('approver ' || approver.branch_number)::uuid,
    'approver' || approver.branch_number || '@example.com',
    'Approver ' || approver.branch_number,
    'branch ' || approver.branch_number
from generate_series(0, %(approvers)s - 1) as approver (branch_number)
