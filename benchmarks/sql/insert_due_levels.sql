-- So many levels that have just used half of their time, spread over all people.
with people as (
    select users.user_id, row_number() over (order by users.user_id) as place
    from workflow.users
),

request as (
    insert into workflow.workflow_requests (
        request_id, request_number, initiator_id, title, priority, status, created_at, updated_at
    )
    select
        gen_random_uuid(), 'REQ-1', people.user_id, 'A laptop', 'EXPRESS', 'IN_PROGRESS', now(), now()
    from people
    where people.place = 1
    returning request_id
)

insert into workflow.approval_levels (
    level_id,
    request_id,
    level_number,
    approver_id,
    status,
    tat_hours,
    level_start_time,
    tat_start_time,
    created_at,
    updated_at
)
select
    gen_random_uuid(),
    request.request_id,
    level.number,
    people.user_id,
    'IN_PROGRESS',
    2,
    now() - interval '61 minutes',
    now() - interval '61 minutes',
    now(),
    now()
from request
cross join generate_series(1, %(levels)s) as level (number)
inner join people on people.place = 1 + level.number %% %(people)s
