with stored_levels as (

    select
        levels.*,
        requests.has_late_level
    from {{ ref('int_levels_stored') }} as levels
    inner join {{ ref('int_requests_stored') }} as requests
        on levels.request_id = requests.request_id
    where
        levels.is_unfinished
        and levels.request_id not in (
            select changed.request_id from {{ ref('int_changed_requests') }} as changed
        )

),

changed_levels as (

    select
        levels.*,
        coalesce(
            bool_or(levels.is_halted_late) over (partition by levels.request_id), false
        ) as has_late_level
    from {{ ref('int_changed_requests') }} as changed
    inner join {{ ref('int_levels_current') }} as levels
        on changed.request_id = levels.request_id

),

levels as (

    select * from stored_levels
    union all
    select * from changed_levels
    where is_unfinished

),

-- Where several are active at once, the lowest is the one whose turn it is.
unfinished_levels as (

    select
        levels.level_id,
        levels.request_id,
        levels.approver_id,
        levels.initiator_id,
        levels.level_number,
        levels.clock_state,
        levels.is_active,
        levels.is_active
        and row_number() over (
            partition by levels.request_id
            order by levels.is_active desc, levels.level_number asc, levels.level_id asc
        ) = 1 as is_current_level,
        levels.has_late_level,
        levels.tat_hours_allocated,
        {{ elapsed_tat_hours('levels') }} as tat_hours_elapsed,
        {{ is_over_tat('levels') }} as is_breached,
        levels.tat_start_time,
        levels.expected_completion_time,
        levels.breaches_at
    from levels

)

select * from unfinished_levels
