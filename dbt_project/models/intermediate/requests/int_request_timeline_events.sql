select
    requests.request_id,
    requests.initiator_id as actor_id,
    happened.event_order,
    happened.event_type,
    happened.event_at,
    case
        when happened.event_type = 'REQUEST_DECIDED' then requests.outcome
    end as detail
from {{ ref('fct_requests') }} as requests
cross join
    {{ rows_of(
        [
            ['1', "'CREATED'", 'requests.created_at'],
            ['2', "'SUBMITTED'", 'requests.submission_date'],
            ['9', "'REQUEST_DECIDED'", 'requests.decided_at'],
        ],
        'happened',
        ['event_order', 'event_type', 'event_at']
    ) }}
where happened.event_at is not null
union all
select
    request_id,
    user_id as actor_id,
    7 as event_order,
    'NOTE_ADDED' as event_type,
    created_at as event_at,
    message as detail
from {{ ref('stg_workflow__work_notes') }}
where not is_deleted and created_at is not null
union all
select
    request_id,
    uploaded_by as actor_id,
    7 as event_order,
    'DOCUMENT_UPLOADED' as event_type,
    uploaded_at as event_at,
    file_name as detail
from {{ ref('stg_workflow__documents') }}
where not is_deleted and uploaded_at is not null
