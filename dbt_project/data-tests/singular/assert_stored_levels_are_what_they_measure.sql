-- What is stored of unchanged requests' levels is what their view says of them now.
{{ config(tags=['recount']) }}

with changed as (

    select * from {{ ref('int_changed_requests') }}

),

stored as (

    select levels.*
    from {{ ref('int_levels_stored') }} as levels
    left join changed
        on levels.request_id = changed.request_id
    where changed.request_id is null

),

measured as (

    select levels.*
    from {{ ref('int_levels_measured') }} as levels
    left join changed
        on levels.request_id = changed.request_id
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
