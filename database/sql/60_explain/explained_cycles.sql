-- The cycles of a level as they stood at an instant: up to when time was counted, and when each ended.
create or replace function tat.explained_cycles(p_level_id uuid, p_as_of timestamptz)
returns table (
    clock tat.level_clock,
    seconds_per_tat_hour integer,
    time_zone text,
    counted_until timestamptz,
    ended_at timestamptz
)
language sql stable
begin atomic
    select
        level_clock,
        policy.seconds_per_tat_hour,
        calendar.time_zone,
        greatest(least(level_clock.halted_at, p_as_of), level_clock.started_at),
        case
            when level_clock.state in ('stopped', 'cancelled') then level_clock.halted_at
        end
    from tat.level_clock
    inner join tat.policy on policy.policy_id = level_clock.policy_id
    inner join tat.calendar on calendar.calendar_id = level_clock.calendar_id
    where level_clock.level_id = p_level_id;
end;
