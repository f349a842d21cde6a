with request_events as (

    select * from {{ ref('int_request_day_events') }}

),

level_events as (

    select * from {{ ref('int_level_day_events') }}

),

engagement_events as (

    select * from {{ ref('int_engagement_day_events') }}

),

events as (

    select
        request_id,
        event_name,
        happened_at,
        cycle_time_hours
    from request_events
    union all
    select
        request_id,
        event_name,
        happened_at,
        null::numeric(20, 10) as cycle_time_hours
    from level_events
    union all
    select
        request_id,
        event_name,
        happened_at,
        null::numeric(20, 10) as cycle_time_hours
    from engagement_events

)

select *
from events
where happened_at is not null
