-- What is stored of unchanged requests is what their view says of them now.
with stored_requests as (

    select * from {{ ref('int_requests_stored') }}
    where request_id not in (select request_id from {{ ref('int_changed_requests') }})

),

measured_requests as (

    select * from {{ ref('int_requests_measured') }}
    where request_id not in (select request_id from {{ ref('int_changed_requests') }})

)

(
    select * from stored_requests
    except all
    select * from measured_requests
)
union all
(
    select * from measured_requests
    except all
    select * from stored_requests
)
