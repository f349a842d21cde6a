-- A request around the clock whose levels wait for their turn.
with request as (
    insert into workflow.workflow_requests (
        request_id, request_number, initiator_id, title, priority, status, created_at, updated_at
    )
    select
        gen_random_uuid(), 'FOLLOWED', users.user_id, 'Followed', 'EXPRESS', 'IN_PROGRESS',
        now(), now()
    from workflow.users
    limit 1
    returning request_id, initiator_id
)

insert into workflow.approval_levels (
    level_id, request_id, level_number, approver_id, status, tat_hours, created_at, updated_at
)
select
    gen_random_uuid(), request.request_id, numbers.number, request.initiator_id, 'PENDING', 2,
    now(), now()
from request
cross join generate_series(1, %(levels)s) as numbers (number)
