with totals as (

    select * from {{ ref('int_approver_totals') }}

),

unfinished_levels as (

    select * from {{ ref('int_unfinished_levels') }}

),

decided_levels as (

    select * from {{ ref('int_levels') }}

),

users as (

    select * from {{ ref('dim_users') }}

),

unfinished as (

    select
        approver_id,
        count(*) filter (where clock_state = 'running' and is_breached)
            as running_late_count,
        count(*) filter (where is_active and is_breached) as open_breaches_count,
        min(tat_start_time) filter (where is_active) as oldest_pending_since
    from unfinished_levels
    group by approver_id

),

recent_levels as (

    select
        approver_id,
        {{ local_day('level_end_time') }} as decided_day,
        {{ local_day(as_of()) }} as today
    from decided_levels
    where
        is_decided
        and level_end_time >= {{ at_local_midnight(week_of(local_day(as_of()))) }}

),

recent as (

    select
        approver_id,
        count(*) filter (where decided_day = today) as completed_today,
        count(*) filter (where decided_day <= today) as completed_this_week
    from recent_levels
    group by approver_id

),

final as (

    select
        totals.approver_id,
        users.display_name as approver_name,
        users.department,
        users.designation,
        totals.total_assignments,
        totals.pending_count,
        totals.approved_count,
        totals.rejected_count,
        totals.skipped_count,
        totals.decided_count,
        totals.within_tat_count,
        totals.halted_late_count + coalesce(unfinished.running_late_count, 0)
            as breaches_count,
        coalesce(unfinished.open_breaches_count, 0) as open_breaches_count,
        {{ percentage('totals.within_tat_count', 'totals.timed_count') }}
            as tat_compliance_percentage,
        (totals.response_time_hours_total / nullif(totals.timed_count, 0))::numeric(
            20, 10
        ) as avg_response_time_hours,
        totals.min_response_time_hours::numeric(20, 10) as min_response_time_hours,
        totals.max_response_time_hours::numeric(20, 10) as max_response_time_hours,
        coalesce(recent.completed_today, 0) as completed_today,
        coalesce(recent.completed_this_week, 0) as completed_this_week,
        {{ hours_between('unfinished.oldest_pending_since', as_of()) }}
            as oldest_pending_hours,
        users.department as approver_department,
        users.designation as approver_designation,
        users.location as approver_location
    from totals
    left join unfinished
        on totals.approver_id = unfinished.approver_id
    left join recent
        on totals.approver_id = recent.approver_id
    left join users
        on totals.approver_id = users.user_id

)

select * from final
