with requests as (

    select * from {{ ref('fct_requests') }}
    where is_open

),

levels as (

    select * from {{ ref('fct_levels') }}
    where is_active

),

business_days as (

    select * from {{ ref('int_business_days') }}

),

current_levels as (

    select distinct on (request_id) *
    from levels
    order by
        request_id asc,
        level_number asc,
        level_id asc

),

dated as (

    select
        *,
        (age_hours / 24)::numeric(20, 10) as age_days,
        {{ local_day('submission_date') }} as submission_day,
        {{ local_day('open_until') }} as open_until_day
    from requests

),

final as (

    select
        dated.request_id,
        dated.request_number,
        dated.title,
        dated.priority,
        dated.request_status as status,
        dated.department,
        dated.initiator_name,
        coalesce(current_levels.level_number, dated.current_level) as current_level,
        current_levels.approver_name as current_approver_name,
        dated.submission_date,
        dated.age_hours,
        dated.age_days,
        present.business_day_number - submitted.business_day_number
            as age_business_days,
        {{ hours_between('current_levels.tat_start_time', as_of()) }}
            as hours_in_current_level,
        current_levels.tat_percentage_used,
        coalesce(current_levels.is_breached, false) as is_delayed,
        case
            when dated.age_days < 1 then '0-1 days'
            when dated.age_days < 3 then '1-3 days'
            when dated.age_days < 7 then '3-7 days'
            when dated.age_days < 14 then '7-14 days'
            when dated.age_days < 30 then '14-30 days'
            when dated.age_days >= 30 then '30+ days'
        end as aging_bucket,
        current_levels.level_id as current_level_id,
        current_levels.level_name as current_level_name,
        current_levels.expected_completion_time
    from dated
    left join current_levels
        on dated.request_id = current_levels.request_id
    left join business_days as submitted
        on dated.submission_day = submitted.local_day
    left join business_days as present
        on dated.open_until_day = present.local_day

)

select * from final
