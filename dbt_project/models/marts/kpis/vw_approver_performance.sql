with levels as (

    select * from {{ ref('fct_levels') }}

),

users as (

    select * from {{ ref('dim_users') }}

),

dated as (

    select
        *,
        {{ local_day('decided_at') }} as decided_day,
        {{ local_day(as_of()) }} as today
    from levels

),

approver_levels as (

    select
        approver_id,
        count(*) as total_assignments,
        count(*) filter (where is_active) as pending_count,
        count(*) filter (where level_status = 'APPROVED') as approved_count,
        count(*) filter (where level_status = 'REJECTED') as rejected_count,
        count(*) filter (where level_status = 'SKIPPED') as skipped_count,
        count(*) filter (where is_decided) as decided_count,
        count(*) filter (where completed_within_tat) as within_tat_count,
        count(completed_within_tat) as timed_count,
        count(*) filter (where is_breached) as breaches_count,
        count(*) filter (where is_breached and is_active) as open_breaches_count,
        avg(tat_hours_elapsed) filter (where completed_within_tat is not null)
            as avg_response_time_hours,
        min(tat_hours_elapsed) filter (where completed_within_tat is not null)
            as min_response_time_hours,
        max(tat_hours_elapsed) filter (where completed_within_tat is not null)
            as max_response_time_hours,
        count(*) filter (where decided_day = today) as completed_today,
        count(*) filter (
            where decided_day between {{ week_of('today') }} and today
        ) as completed_this_week,
        min(tat_start_time) filter (where is_active) as oldest_pending_since
    from dated
    group by approver_id

),

final as (

    select
        approver_levels.approver_id,
        users.display_name as approver_name,
        users.department,
        users.designation,
        approver_levels.total_assignments,
        approver_levels.pending_count,
        approver_levels.approved_count,
        approver_levels.rejected_count,
        approver_levels.skipped_count,
        approver_levels.decided_count,
        approver_levels.within_tat_count,
        approver_levels.breaches_count,
        approver_levels.open_breaches_count,
        {{ percentage(
            'approver_levels.within_tat_count', 'approver_levels.timed_count'
        ) }} as tat_compliance_percentage,
        approver_levels.avg_response_time_hours::numeric(20, 10)
            as avg_response_time_hours,
        approver_levels.min_response_time_hours::numeric(20, 10)
            as min_response_time_hours,
        approver_levels.max_response_time_hours::numeric(20, 10)
            as max_response_time_hours,
        approver_levels.completed_today,
        approver_levels.completed_this_week,
        {{ hours_between('approver_levels.oldest_pending_since', as_of()) }}
            as oldest_pending_hours
    from approver_levels
    left join users
        on approver_levels.approver_id = users.user_id

)

select * from final
