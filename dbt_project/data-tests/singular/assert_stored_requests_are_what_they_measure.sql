-- What is stored of unchanged requests is what their view says of them now.
{{ config(tags=['recount']) }}

with changed as (

    select * from {{ ref('int_changed_requests') }}

),

stored as (

    select requests.*
    from {{ ref('int_requests_stored') }} as requests
    left join changed
        on requests.request_id = changed.request_id
    where changed.request_id is null

),

measured as (

    select requests.*
    from {{ ref('int_requests_measured') }} as requests
    left join changed
        on requests.request_id = changed.request_id
    where changed.request_id is null

)

(
    select * from stored
    except all
    select * from measured
)
union all
(
    select * from measured
    except all
    select * from stored
)
