with request_events as (

    select * from {{ ref('int_request_timeline_events') }}

),

level_events as (

    select * from {{ ref('int_level_timeline_events') }}

),

events as (

    select * from request_events
    union all
    select * from level_events

),

requests as (

    select * from {{ ref('fct_requests') }}

),

levels as (

    select * from {{ ref('fct_levels') }}

),

users as (

    select * from {{ ref('dim_users') }}

),

final as (

    select
        requests.request_id,
        requests.request_number,
        row_number() over request_timeline as event_number,
        events.event_at,
        events.event_type,
        levels.level_number,
        levels.level_name,
        users.display_name as actor_name,
        events.detail,
        {{ hours_between(
            'lag(events.event_at) over request_timeline', 'events.event_at'
        ) }} as hours_since_previous,
        {{ hours_between(
            'min(events.event_at) over request_timeline', 'events.event_at'
        ) }} as hours_since_first,
        case
            when events.event_type in ('LEVEL_APPROVED', 'LEVEL_REJECTED')
                then levels.tat_percentage_used
        end::numeric(14, 4) as tat_percentage_used,
        events.level_id
    from events
    inner join requests
        on events.request_id = requests.request_id
    left join levels
        on events.level_id = levels.level_id
    left join users
        on events.actor_id = users.user_id
    window
        request_timeline as (
            partition by requests.request_id, requests.request_number
            order by
                events.event_at,
                -- At one instant a level ends before the next one starts.
                case
                    when events.event_order <= 2 then 0
                    when events.level_id is not null then 1
                    else events.event_order
                end,
                levels.level_number,
                events.event_order,
                events.event_type,
                events.detail,
                events.level_id
        )

)

select * from final
