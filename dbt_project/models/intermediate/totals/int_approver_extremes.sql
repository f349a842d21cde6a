with approvers as (

    select * from {{ ref('int_approver_totals') }}

),

quickest as (

    select * from {{ ref('int_levels_stored') }}
    where completed_within_tat is not null

),

slowest as (

    select * from {{ ref('int_levels_stored') }}
    where completed_within_tat is not null

),

changed_levels as (

    select * from {{ ref('int_level_versions') }}
    where completed_within_tat is not null and not is_stored

),

changed as (

    select * from {{ ref('int_changed_requests') }}

),

changed_extremes as (

    select
        approver_id,
        min(halted_tat_hours) as min_response_time_hours,
        max(halted_tat_hours) as max_response_time_hours
    from changed_levels
    group by approver_id

),

-- The ends of an index range for each approver, not a pass over all levels.
extremes as (

    select
        approvers.approver_id,
        least(
            changed_extremes.min_response_time_hours,
            (
                select min(quickest.halted_tat_hours)
                from quickest
                where
                    quickest.approver_id = approvers.approver_id
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
                    slowest.approver_id = approvers.approver_id
                    and slowest.request_id
                    not in (select changed.request_id from changed)
            )
        ) as max_response_time_hours
    from approvers
    left join changed_extremes
        on approvers.approver_id = changed_extremes.approver_id

)

select * from extremes
