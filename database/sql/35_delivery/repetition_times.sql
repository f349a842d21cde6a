-- When a breach is told again: every so many TAT hours of the level's own clock, from p_at on.
create or replace function tat.repetition_times(
    p_alert tat.tat_alerts, p_told tat.policy_threshold, p_at timestamptz
)
returns table (repetition smallint, falls_due_at timestamptz)
language sql stable
begin atomic
    select numbered.repetition::smallint, due.falls_due_at
    from tat.level_clock
    inner join tat.policy on policy.policy_id = level_clock.policy_id
    cross join generate_series(1, (p_told).repeat_at_most) as numbered (repetition)
    cross join lateral (
        select tat.find_crossing_time(
            level_clock.calendar_id,
            tat.due_clock(
                level_clock,
                level_clock.tat_us + (
                    numbered.repetition
                    * (p_told).repeat_every_hours * policy.seconds_per_tat_hour * 1000000
                )::bigint
            )
        ) as falls_due_at
    ) as due
    where level_clock.level_id = (p_alert).level_id
        and level_clock.cycle = (p_alert).cycle
        and (p_told).repeat_every_hours is not null
        and due.falls_due_at > p_at;
end;
