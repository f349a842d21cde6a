-- Each branch reads the requests by itself, so that days are looked up by index.
-- Decided at an unknown time, a request can't be placed among days: never open.
with events as (

    select
        request_id,
        'REQUEST_CREATED' as event_name,
        created_at as happened_at,
        null::numeric(20, 10) as cycle_time_hours
    from {{ ref('int_requests') }}
    where is_submitted
    union all
    select
        request_id,
        'REQUEST_SUBMITTED' as event_name,
        submission_date as happened_at,
        null::numeric(20, 10) as cycle_time_hours
    from {{ ref('int_requests') }}
    where is_submitted
    union all
    select
        request_id,
        'REQUEST_OPENED' as event_name,
        submission_date as happened_at,
        null::numeric(20, 10) as cycle_time_hours
    from {{ ref('int_requests') }}
    where is_submitted and (is_open or decided_at is not null)
    union all
    select
        request_id,
        'REQUEST_ENDED' as event_name,
        decided_at as happened_at,
        cycle_time_hours
    from {{ ref('int_requests') }}
    where is_submitted and submission_date is not null
    union all
    select
        request_id,
        'REQUEST_' || outcome as event_name,
        decided_at as happened_at,
        null::numeric(20, 10) as cycle_time_hours
    from {{ ref('int_requests') }}
    where is_submitted and outcome is not null
    union all
    select
        request_id,
        'REQUEST_CLOSED' as event_name,
        decided_at as happened_at,
        null::numeric(20, 10) as cycle_time_hours
    from {{ ref('int_requests') }}
    where is_submitted and request_status = 'CLOSED'

)

select * from events
