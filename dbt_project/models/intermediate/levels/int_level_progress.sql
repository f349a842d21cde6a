with levels as (

    select * from {{ ref('stg_workflow__approval_levels') }}

),

clocks as (

    select * from {{ ref('stg_tat__level_status') }}

),

decisions as (

    select
        *,
        level_status in ('APPROVED', 'REJECTED') as is_decided
    from levels

),

level_progress as (

    select
        decisions.*,
        case
            when decisions.is_decided then coalesce(
                decisions.level_end_time,
                decisions.action_date,
                decisions.updated_at
            )
        end as decided_at,
        clocks.level_id is not null and decisions.level_status <> 'PENDING'
            as is_started,
        clocks.cycle,
        clocks.clock_state,
        clocks.started_at,
        clocks.due_at,
        (clocks.elapsed_seconds / clocks.seconds_per_tat_hour)::numeric(20, 10)
            as tat_hours_elapsed,
        clocks.is_breached,
        case
            when decisions.is_decided and clocks.clock_state = 'stopped'
                then clocks.elapsed_seconds <= clocks.tat_seconds
        end as completed_within_tat
    from decisions
    left join clocks
        on decisions.level_id = clocks.level_id

)

select * from level_progress
