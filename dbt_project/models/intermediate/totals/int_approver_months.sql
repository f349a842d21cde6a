with changed as (

    select * from {{ ref('int_changed_requests') }}

),

current_levels as (

    select levels.*
    from changed
    inner join {{ ref('int_levels_current') }} as levels
        on changed.request_id = levels.request_id
    where levels.decided_month is not null

),

final as (

    {{ current_groups(
        ['approver_id', 'decided_month'],
        approver_month_figures(),
        ref('int_approver_months_stored'),
        ref('int_levels_stored'),
        'current_levels',
        'changed'
    ) }}

)

select * from final
