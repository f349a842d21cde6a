with months as (

    select * from {{ ref('int_approver_months') }}

),

users as (

    select * from {{ ref('dim_users') }}

),

measured as (

    select
        *,
        {{ percentage('levels_within_tat', 'levels_decided') }}
            as tat_compliance_percentage
    from months

),

final as (

    select
        measured.decided_month,
        rank() over (
            partition by measured.decided_month
            order by
                measured.tat_compliance_percentage desc,
                measured.levels_decided desc,
                measured.avg_response_time_hours asc
        ) as compliance_rank,
        measured.approver_id,
        users.display_name as approver_name,
        users.department,
        measured.levels_decided as decided_count,
        measured.levels_approved as approved_count,
        measured.levels_decided - measured.levels_approved as rejected_count,
        measured.levels_within_tat as within_tat_count,
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
