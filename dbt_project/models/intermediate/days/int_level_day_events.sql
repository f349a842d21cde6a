with levels as (

    select * from {{ ref('int_levels') }}
    where completed_within_tat is not null

),

alerts as (

    select * from {{ ref('stg_tat__alerts') }}

),

events as (

    select
        request_id,
        case
            when completed_within_tat then 'LEVEL_WITHIN_TAT' else 'LEVEL_LATE'
        end as event_name,
        decided_at as happened_at
    from levels
    union all
    select
        request_id,
        alert_type as event_name,
        alert_sent_at as happened_at
    from alerts

)

select * from events
