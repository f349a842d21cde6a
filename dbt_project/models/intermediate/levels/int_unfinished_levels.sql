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
        level_id,
        request_id,
        approver_id,
        initiator_id,
        level_number,
        clock_state,
        is_active,
        is_active
        and row_number() over (
            partition by request_id
            order by is_active desc, level_number asc, level_id asc
        ) = 1 as is_current_level,
        has_late_level,
        tat_hours_allocated,
        {{ elapsed_tat_hours('levels') }} as tat_hours_elapsed,
        {{ is_over_tat('levels') }} as is_breached,
        tat_start_time,
        expected_completion_time
    from levels

)

select * from unfinished_levels
