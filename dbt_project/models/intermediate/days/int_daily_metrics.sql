with events as (

    select * from {{ ref('int_day_events') }}

),

daily_metrics as (

    {{ count_days('events') }}

)

select * from daily_metrics
