-- What is stored of the levels of unchanged requests is what their view says of them now.
with stored_levels as (

    select * from {{ ref('int_levels_stored') }}
    where request_id not in (select request_id from {{ ref('int_changed_requests') }})

),

measured_levels as (

    select * from {{ ref('int_levels_measured') }}
    where request_id not in (select request_id from {{ ref('int_changed_requests') }})

)

(
    select * from stored_levels
    except all
    select * from measured_levels
)
union all
(
    select * from measured_levels
    except all
    select * from stored_levels
)
