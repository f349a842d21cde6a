with totals as (

    {{ current_totals(
        'approver_id',
        approver_totals(),
        ref('int_approver_totals_stored'),
        ref('int_levels_by_approver'),
        ref('int_changed_requests')
    ) }}

),

quickest as (

    select * from {{ ref('int_levels_stored') }}
    where completed_within_tat is not null

),

slowest as (

    select * from {{ ref('int_levels_stored') }}
    where completed_within_tat is not null

),

changed as (

    select * from {{ ref('int_changed_requests') }}

),

changed_extremes as (

    select
        levels.approver_id,
        min(levels.halted_tat_hours) as min_response_time_hours,
        max(levels.halted_tat_hours) as max_response_time_hours
    from changed
    inner join {{ ref('int_levels_current') }} as levels
        on changed.request_id = levels.request_id
    where levels.completed_within_tat is not null
    group by levels.approver_id

),

-- The ends of an index range for each approver, not a pass over all levels.
final as (

    select
        totals.*,
        least(
            changed_extremes.min_response_time_hours,
            (
                select min(quickest.halted_tat_hours)
                from quickest
                where
                    quickest.approver_id = totals.approver_id
                    and quickest.request_id
                    not in (select changed.request_id from changed)
            )
        ) as min_response_time_hours,
        greatest(
            changed_extremes.max_response_time_hours,
            (
                select max(slowest.halted_tat_hours)
                from slowest
                where
                    slowest.approver_id = totals.approver_id
                    and slowest.request_id
                    not in (select changed.request_id from changed)
            )
        ) as max_response_time_hours
    from totals
    left join changed_extremes
        on totals.approver_id = changed_extremes.approver_id

)

select * from final
