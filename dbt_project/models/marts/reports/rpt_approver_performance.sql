with levels as (

    select * from {{ ref('vw_tat_compliance') }}
    where completed_within_tat is not null

),

users as (

    select * from {{ ref('dim_users') }}

),

approver_months as (

    select
        approver_id,
        {{ month_of('decided_day') }} as decided_month,
        count(*) as decided_count,
        count(*) filter (where level_status = 'APPROVED') as approved_count,
        count(*) filter (where level_status = 'REJECTED') as rejected_count,
        count(*) filter (where completed_within_tat) as within_tat_count,
        avg(tat_hours_elapsed)::numeric(20, 10) as avg_response_time_hours,
        {{ median('tat_hours_elapsed') }} as median_response_time_hours,
        max(hours_over_tat)::numeric(20, 10) as worst_overrun_hours
    from levels
    group by
        approver_id,
        {{ month_of('decided_day') }}

),

measured as (

    select
        *,
        {{ percentage('within_tat_count', 'decided_count') }}
            as tat_compliance_percentage
    from approver_months

),

final as (

    select
        measured.decided_month,
        rank() over (
            partition by measured.decided_month
            order by
                measured.tat_compliance_percentage desc,
                measured.decided_count desc,
                measured.avg_response_time_hours asc
        ) as compliance_rank,
        measured.approver_id,
        users.display_name as approver_name,
        users.department,
        measured.decided_count,
        measured.approved_count,
        measured.rejected_count,
        measured.within_tat_count,
        measured.tat_compliance_percentage,
        measured.avg_response_time_hours,
        measured.median_response_time_hours,
        measured.worst_overrun_hours,
        users.department as approver_department
    from measured
    left join users
        on measured.approver_id = users.user_id

)

select * from final
