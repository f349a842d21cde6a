{{ config(materialized='table', post_hook='analyze {{ this }}') }}

with daily_metrics as (

    select * from {{ ref('int_daily_metrics') }}

),

final as (

    select
        kpi_date,
        requests_created,
        requests_submitted,
        requests_opened,
        requests_ended,
        requests_approved,
        requests_rejected,
        requests_closed,
        levels_within_tat,
        levels_breached,
        alerts_50_sent,
        alerts_75_sent,
        alerts_100_sent,
        work_notes_added,
        documents_uploaded,
        cycle_time_hours_total
    from daily_metrics
    where kpi_date < {{ local_day(as_of()) }}

)

select * from final
