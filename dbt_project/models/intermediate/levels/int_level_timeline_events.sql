with levels as (

    select * from {{ ref('fct_levels') }}

),

alerts as (

    select * from {{ ref('stg_tat__alerts') }}

),

pauses as (

    select * from {{ ref('stg_tat__level_pauses') }}

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
        {{ rows_of(
            [
                ['3', "'LEVEL_STARTED'", 'levels.tat_start_time', 'null'],
                [
                    '8',
                    "'LEVEL_' || levels.level_status",
                    'case when levels.is_decided then levels.decided_at end',
                    'coalesce(levels.rejection_reason, levels.breach_reason)',
                ],
                [
                    '8',
                    "'LEVEL_SKIPPED'",
                    "case when levels.level_status = 'SKIPPED' then levels.skipped_at end",
                    'levels.skip_reason',
                ],
            ],
            'happened',
            ['event_order', 'event_type', 'event_at', 'detail']
        ) }}

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
        {{ rows_of(
            [
                ['5', "'LEVEL_PAUSED'", 'pauses.paused_at'],
                ['6', "'LEVEL_RESUMED'", 'pauses.resumed_at'],
            ],
            'happened',
            ['event_order', 'event_type', 'event_at']
        ) }}

),

events as (

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

)

select *
from events
where event_at is not null
