select
    levels.*,
    levels.level_status in ('APPROVED', 'REJECTED') as is_decided,
    case
        when levels.level_status in ('APPROVED', 'REJECTED') then coalesce(
            levels.level_end_time, levels.action_date, levels.updated_at
        )
    end as decided_at,
    clocks.level_id is not null and levels.level_status <> 'PENDING' as is_started,
    clocks.cycle,
    clocks.clock_state,
    clocks.policy_id,
    clocks.calendar_id,
    clocks.started_at,
    clocks.due_at,
    clocks.breaches_at,
    clocks.origin_clock,
    clocks.tat_microseconds,
    clocks.seconds_per_tat_hour,
    {{ tat_hours('clocks.halted_microseconds', 'clocks.seconds_per_tat_hour') }}
        as halted_tat_hours,
    clocks.clock_state <> 'cancelled'
    and clocks.halted_microseconds > clocks.tat_microseconds as is_halted_late,
    case
        when
            levels.level_status in ('APPROVED', 'REJECTED')
            and clocks.clock_state = 'stopped'
            then clocks.halted_microseconds <= clocks.tat_microseconds
    end as completed_within_tat
from {{ ref('stg_workflow__approval_levels') }} as levels
left join {{ ref('stg_tat__level_coordinates') }} as clocks
    on levels.level_id = clocks.level_id
