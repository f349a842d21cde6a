-- The alerts of all thresholds crossed before the base.
insert into tat.tat_alerts (
    request_id, level_id, approver_id, alert_type, recorded_percentage, tat_hours_allocated,
    tat_hours_elapsed, tat_hours_remaining, level_start_time, alert_sent_at,
    expected_completion_time, alert_message, notification_channels, is_breached,
    was_completed_on_time, completion_time, metadata, created_at, threshold_crossed_at
)
select
    level_source.request_id,
    level_clock.level_id,
    level_source.approver_id,
    'TAT_' || policy_threshold.threshold,
    policy_threshold.percentage,
    level_source.tat_hours,
    level_source.tat_hours * policy_threshold.percentage / 100,
    level_source.tat_hours * (100 - policy_threshold.percentage) / 100,
    level_clock.started_at,
    crossing.crossed_at,
    level_clock.due_at,
    'A part of the TAT is used.',
    '{email}',
    policy_threshold.threshold = 100,
    case
        when level_clock.state = 'stopped'
            then level_clock.halted_clock - level_clock.start_clock <= level_clock.tat_us
    end,
    case when level_clock.state = 'stopped' then level_clock.halted_at end,
    jsonb_build_object('origin', 'replay', 'not_notified_reason', 'replay'),
    crossing.crossed_at,
    crossing.crossed_at
from tat.level_clock
inner join tat.level_source on level_source.level_id = level_clock.level_id
inner join tat.policy_threshold on policy_threshold.policy_id = level_clock.policy_id
cross join lateral (
    select level_clock.start_clock + floor(policy_threshold.percentage * level_clock.tat_us / 100)::bigint
        as due_clock
) as threshold
cross join lateral (
    select tat.crossing_time(level_clock.calendar_id, threshold.due_clock) as crossed_at
) as crossing
where level_clock.state <> 'cancelled'
    and threshold.due_clock
    < coalesce(level_clock.halted_clock, tat.work_clock(level_clock.calendar_id, %(base)s))
