select
    requests.request_id,
    requests.request_number,
    row_number() over request_timeline as event_number,
    timeline.event_at,
    timeline.event_type,
    timeline.level_number,
    timeline.level_name,
    actors.display_name as actor_name,
    timeline.detail,
    {{ hours_between(
        'lag(timeline.event_at) over request_timeline', 'timeline.event_at'
    ) }} as hours_since_previous,
    {{ hours_between(
        'min(timeline.event_at) over request_timeline', 'timeline.event_at'
    ) }} as hours_since_first,
    case
        when timeline.event_type in ('LEVEL_APPROVED', 'LEVEL_REJECTED')
            then timeline.tat_percentage_used
    end::numeric(14, 4) as tat_percentage_used,
    timeline.level_id
from {{ ref('fct_requests') }} as requests
cross join
    {{ rows_of_request(
        ref('int_all_timeline_events'), 'requests.request_id', 'timeline'
    ) }}
left join {{ ref('dim_users') }} as actors
    on timeline.actor_id = actors.user_id
-- What is planned has not happened yet.
where timeline.event_at <= {{ as_of() }}
window
    request_timeline as (
        partition by requests.request_id, requests.request_number
        order by
            timeline.event_at,
            -- At one instant a level ends before the next one starts.
            case
                when timeline.event_order <= 2 then 0
                when timeline.level_id is not null then 1
                else timeline.event_order
            end,
            timeline.level_number,
            timeline.event_order,
            timeline.event_type,
            timeline.detail,
            timeline.level_id
    )
