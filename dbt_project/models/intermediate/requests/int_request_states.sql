with requests as (

    select * from {{ ref('stg_workflow__requests') }}

),

submissions as (

    select
        *,
        not is_draft and request_status <> 'DRAFT' as is_submitted
    from requests
    where not is_deleted

),

request_states as (

    select
        *,
        is_submitted and request_status in ('PENDING', 'IN_PROGRESS') as is_open,
        case
            when is_submitted and request_status in ('APPROVED', 'REJECTED', 'CLOSED')
                then closure_date
        end as decided_at
    from submissions

)

select * from request_states
