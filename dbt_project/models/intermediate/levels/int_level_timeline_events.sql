select
    levels.request_id,
    levels.level_id,
    levels.level_number,
    levels.level_name,
    levels.tat_percentage_used,
    levels.approver_id as actor_id,
    happened.event_order,
    happened.event_type,
    happened.event_at,
    happened.detail
from {{ ref('fct_levels') }} as levels
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
where happened.event_at is not null
union all
select
    levels.request_id,
    levels.level_id,
    levels.level_number,
    levels.level_name,
    levels.tat_percentage_used,
    levels.approver_id as actor_id,
    happened.event_order,
    happened.event_type,
    happened.event_at,
    pauses.reason as detail
from {{ ref('fct_levels') }} as levels
inner join {{ ref('stg_tat__level_pauses') }} as pauses
    on levels.level_id = pauses.level_id
cross join
    {{ rows_of(
        [
            ['5', "'LEVEL_PAUSED'", 'pauses.paused_at'],
            ['6', "'LEVEL_RESUMED'", 'pauses.resumed_at'],
        ],
        'happened',
        ['event_order', 'event_type', 'event_at']
    ) }}
where happened.event_at is not null
union all
select
    levels.request_id,
    levels.level_id,
    levels.level_number,
    levels.level_name,
    levels.tat_percentage_used,
    alerts.approver_id as actor_id,
    4 as event_order,
    alerts.alert_type as event_type,
    alerts.threshold_crossed_at as event_at,
    alerts.alert_message as detail
from {{ ref('fct_levels') }} as levels
inner join {{ ref('stg_tat__alerts') }} as alerts
    on levels.level_id = alerts.level_id
where alerts.threshold_crossed_at is not null
