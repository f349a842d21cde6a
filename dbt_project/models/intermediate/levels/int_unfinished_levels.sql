with stored_levels as (

    select
        levels.*,
        requests.has_late_level
    from {{ ref('int_level_versions') }} as levels
    inner join {{ ref('int_requests_stored') }} as requests
        on levels.request_id = requests.request_id
    where
        levels.is_stored
        and levels.is_unfinished
        and {{ is_current_version('levels', ref('int_changed_requests')) }}

),

changed_levels as (

    select
        *,
        coalesce(bool_or(is_halted_late) over (partition by request_id), false)
            as has_late_level
    from {{ ref('int_level_versions') }}
    where not is_stored

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
        levels.expected_completion_time
    from levels

)

select * from unfinished_levels
