with requests as (

    select * from {{ ref('fct_requests') }}

),

levels as (

    select * from {{ ref('fct_levels') }}

),

alerts as (

    select * from {{ ref('stg_tat__alerts') }}

),

pauses as (

    select * from {{ ref('stg_tat__level_pauses') }}

),

notes as (

    select * from {{ ref('stg_workflow__work_notes') }}
    where not is_deleted

),

documents as (

    select * from {{ ref('stg_workflow__documents') }}
    where not is_deleted

),

users as (

    select * from {{ ref('dim_users') }}

),

request_events as (

    select
        requests.request_id,
        null::uuid as level_id,
        requests.initiator_id as actor_id,
        happened.event_order,
        happened.event_type,
        happened.event_at,
        case
            when happened.event_type = 'REQUEST_DECIDED' then requests.outcome
        end as detail
    from requests
    cross join
        lateral (
            values
            (1, 'CREATED', requests.created_at),
            (2, 'SUBMITTED', requests.submission_date),
            (9, 'REQUEST_DECIDED', requests.decided_at)
        ) as happened (event_order, event_type, event_at)

),

level_events as (

    select
        levels.request_id,
        levels.level_id,
        levels.approver_id as actor_id,
        happened.event_order,
        happened.event_type,
        happened.event_at,
        happened.detail
    from levels
    cross join
        lateral (
            values
            (3, 'LEVEL_STARTED', levels.tat_start_time, null),
            (
                8,
                'LEVEL_' || levels.level_status,
                case when levels.is_decided then levels.decided_at end,
                coalesce(levels.rejection_reason, levels.breach_reason)
            ),
            (
                8,
                'LEVEL_SKIPPED',
                case when levels.level_status = 'SKIPPED' then levels.skipped_at end,
                levels.skip_reason
            )
        ) as happened (event_order, event_type, event_at, detail)

),

pause_events as (

    select
        levels.request_id,
        pauses.level_id,
        levels.approver_id as actor_id,
        happened.event_order,
        happened.event_type,
        happened.event_at,
        pauses.reason as detail
    from pauses
    inner join levels
        on pauses.level_id = levels.level_id
    cross join
        lateral (
            values
            (5, 'LEVEL_PAUSED', pauses.paused_at),
            (6, 'LEVEL_RESUMED', pauses.resumed_at)
        ) as happened (event_order, event_type, event_at)

),

events as (

    select * from request_events
    union all
    select * from level_events
    union all
    select * from pause_events
    union all
    select
        request_id,
        level_id,
        approver_id as actor_id,
        4 as event_order,
        alert_type as event_type,
        threshold_crossed_at as event_at,
        alert_message as detail
    from alerts
    union all
    select
        request_id,
        null::uuid as level_id,
        user_id as actor_id,
        7 as event_order,
        'NOTE_ADDED' as event_type,
        created_at as event_at,
        message as detail
    from notes
    union all
    select
        request_id,
        null::uuid as level_id,
        uploaded_by as actor_id,
        7 as event_order,
        'DOCUMENT_UPLOADED' as event_type,
        uploaded_at as event_at,
        file_name as detail
    from documents

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
    where events.event_at is not null
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
