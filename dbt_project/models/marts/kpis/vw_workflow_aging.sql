{#- Each step without its upper bound, in days of 24 hours. -#}
{%- set buckets = [
    [1, '0-1 days'],
    [3, '1-3 days'],
    [7, '3-7 days'],
    [14, '7-14 days'],
    [30, '14-30 days'],
] -%}

with requests as (

    select * from {{ ref('fct_requests') }}
    where is_open

),

current_levels as (

    select * from {{ ref('int_unfinished_levels') }}
    where is_current_level

),

level_sources as (

    select * from {{ ref('stg_workflow__approval_levels') }}

),

approvers as (

    select * from {{ ref('dim_users') }}

),

business_days as (

    select * from {{ ref('int_business_days') }}

),

dated as (

    select
        *,
        (age_hours / 24)::numeric(20, 10) as age_days,
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
        approvers.display_name as current_approver_name,
        dated.submission_date,
        dated.age_hours,
        dated.age_days,
        present.business_day_number - submitted.business_day_number
            as age_business_days,
        {{ hours_between('current_levels.tat_start_time', as_of()) }}
            as hours_in_current_level,
        {{ percentage(
            'current_levels.tat_hours_elapsed', 'current_levels.tat_hours_allocated'
        ) }} as tat_percentage_used,
        coalesce(current_levels.is_breached, false) as is_delayed,
        case
            {%- for days, bucket in buckets %}
            when dated.age_days < {{ days }} then '{{ bucket }}'
            {%- endfor %}
            else '{{ buckets[-1][0] }}+ days'
        end as aging_bucket,
        current_levels.level_id as current_level_id,
        level_sources.level_name as current_level_name,
        current_levels.expected_completion_time,
        case
            {%- for days, bucket in buckets %}
            when dated.age_days < {{ days }} then {{ loop.index }}
            {%- endfor %}
            else {{ buckets | length + 1 }}
        end::smallint as aging_bucket_order,
        {{ hours_between('current_levels.tat_start_time', as_of()) }}
            as current_level_calendar_hours,
        current_levels.tat_hours_elapsed as current_level_tat_hours_elapsed,
        current_levels.tat_hours_allocated as current_level_tat_hours_allocated
    from dated
    left join current_levels
        on dated.request_id = current_levels.request_id
    left join level_sources
        on current_levels.level_id = level_sources.level_id
    left join approvers
        on current_levels.approver_id = approvers.user_id
    left join business_days as submitted
        on dated.submission_day = submitted.local_day
    left join business_days as present
        on dated.open_until_day = present.local_day

)

select * from final
