select
    level_id,
    policy_id,
    calendar_id,

    cycle,
    state as clock_state,
    seconds_per_tat_hour,
    tat_us as tat_microseconds,
    origin_clock,
    halted_elapsed as halted_microseconds,

    started_at,
    halted_at,
    due_at,
    breaches_at
from {{ source('tat', 'level_coordinates') }}
