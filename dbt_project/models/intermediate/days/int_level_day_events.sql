with levels as (

    select * from {{ ref('fct_levels') }}

),

alerts as (

    select * from {{ ref('stg_tat__alerts') }}

),

decided as (

    select
        {{ local_day('decided_at') }} as kpi_date,
        case
            when completed_within_tat then 'LEVEL_WITHIN_TAT' else 'LEVEL_LATE'
        end as event_name
    from levels
    where completed_within_tat is not null

),

alerted as (

    select
        {{ local_day('alert_sent_at') }} as kpi_date,
        alert_type as event_name
    from alerts

),

events as (

    select * from decided
    union all
    select * from alerted

)

select * from events
