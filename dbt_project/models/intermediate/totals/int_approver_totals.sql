with totals as (

    {{ current_totals(
        'approver_id',
        approver_totals(),
        ref('int_approver_totals_stored'),
        ref('int_levels_by_approver'),
        ref('int_changed_requests')
    ) }}

),

months as (

    select * from {{ ref('int_approver_months') }}

),

extremes as (

    select
        approver_id,
        min(min_response_time_hours) as min_response_time_hours,
        max(max_response_time_hours) as max_response_time_hours
    from months
    group by approver_id

),

final as (

    select
        totals.*,
        extremes.min_response_time_hours,
        extremes.max_response_time_hours
    from totals
    left join extremes
        on totals.approver_id = extremes.approver_id

)

select * from final
