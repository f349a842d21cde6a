with levels as (

    select * from {{ ref('int_levels_measured') }}

),

request_levels as (

    select
        request_id,
        count(completed_within_tat) as levels_decided,
        count(*) filter (where completed_within_tat) as levels_within_tat,
        coalesce(bool_or(is_halted_late), false) as has_late_level
    from levels
    group by request_id

)

select * from request_levels
