-- Nothing here depends on when it is read: a running clock has an origin, no reading.
-- Joins alone, each by a key: a level is looked up by index, millions are read in
-- parallel.
-- What most questions read stands first: a row is read from its left. That begins with
-- the keys of all joins: PostgreSQL reads them for joins that it has left out, too.
-- What only a running clock is read by is null once it has stopped, and takes no room.
select
    levels.request_id,
    levels.level_id,
    levels.approver_id,
    requests.initiator_id,
    levels.policy_id,
    levels.is_started,
    levels.completed_within_tat,
    coalesce(levels.clock_state = 'running', false)
    or (requests.is_open and levels.level_status = 'IN_PROGRESS') as is_unfinished,
    levels.is_decided,
    requests.is_open and levels.level_status = 'IN_PROGRESS' as is_active,
    levels.is_halted_late,
    levels.clock_state,
    levels.halted_tat_hours,
    requests.priority,
    levels.level_status,
    coalesce(levels.decided_at, levels.level_end_time) as level_end_time,
    {{ local_day('levels.decided_at') }} as decided_day,
    levels.started_at as tat_start_time,
    levels.due_at as expected_completion_time,
    levels.tat_hours_allocated,
    {%- for coordinate in [
        'origin_clock', 'tat_microseconds', 'seconds_per_tat_hour', 'calendar_id'
    ] %}
    case when levels.clock_state = 'running' then levels.{{ coordinate }} end
        as {{ coordinate }},
    {%- endfor %}
    levels.level_number,
    levels.cycle,
    (alerts_50.level_id is not null)::integer::bigint
    + (alerts_75.level_id is not null)::integer
    + (alerts_100.level_id is not null)::integer as alerts_sent,
    case
        when levels.clock_state = 'running' or levels.is_halted_late
            then levels.breaches_at
    end as breaches_at,
    case
        when levels.is_halted_late then {{ local_day('levels.breaches_at') }}
    end as halted_late_day,
    case
        when levels.completed_within_tat is not null
            then {{ month_of(local_day('levels.decided_at')) }}
    end as decided_month,
    case
        when levels.clock_state = 'running' or levels.is_halted_late
            then {{ local_day('levels.breaches_at') }}
    end as breach_day
from {{ ref('int_level_progress') }} as levels
inner join {{ ref('int_request_states') }} as requests
    on levels.request_id = requests.request_id
left join {{ ref('stg_tat__alerts') }} as alerts_50
    on
        levels.level_id = alerts_50.level_id
        and levels.cycle = alerts_50.cycle
        and alerts_50.alert_type = 'TAT_50'
left join {{ ref('stg_tat__alerts') }} as alerts_75
    on
        levels.level_id = alerts_75.level_id
        and levels.cycle = alerts_75.cycle
        and alerts_75.alert_type = 'TAT_75'
left join {{ ref('stg_tat__alerts') }} as alerts_100
    on
        levels.level_id = alerts_100.level_id
        and levels.cycle = alerts_100.cycle
        and alerts_100.alert_type = 'TAT_100'
where requests.is_submitted
