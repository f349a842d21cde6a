select
    requests.request_id,
    requests.request_number,
    row_number() over request_timeline as event_number,
    events.event_at,
    events.event_type,
    events.level_number,
    events.level_name,
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
            then events.tat_percentage_used
    end::numeric(14, 4) as tat_percentage_used,
    events.level_id
from {{ ref('fct_requests') }} as requests
cross join
    {{ rows_of_request(ref('int_all_timeline_events'), 'requests.request_id', 'events') }}
left join {{ ref('dim_users') }} as users
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
            events.level_number,
            events.event_order,
            events.event_type,
            events.detail,
            events.level_id
    )
