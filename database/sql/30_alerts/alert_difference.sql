create or replace view tat.alert_difference as
with compared as (
    select
        tat_alerts.alert_id,
        tat_alerts.level_id,
        tat_alerts.request_id,
        tat_alerts.cycle,
        tat_alerts.alert_type,
        tat_alerts.threshold_crossed_at as recorded_crossing,
        case when level_threshold.is_crossed then level_threshold.crosses_at end
            as present_crossing,
        tat_alerts.level_start_time as recorded_start,
        level_clock.started_at as present_start,
        tat_alerts.tat_hours_allocated as recorded_tat_hours,
        round(
            level_clock.tat_us / (policy.seconds_per_tat_hour * 1000000.0), 2
        )::numeric(10, 2) as present_tat_hours,
        tat_alerts.recorded_percentage,
        level_threshold.percentage as present_percentage,
        tat_alerts.metadata -> 'basis' as basis,
        level_clock.state,
        level_clock.halted_at,
        level_clock.tat_us,
        level_clock.paused_clock,
        level_clock.carried_clock,
        level_clock.calendar_id,
        calendar.revision
    from tat.tat_alerts
    left join tat.level_clock
        on level_clock.level_id = tat_alerts.level_id
        and level_clock.cycle = tat_alerts.cycle
    left join tat.policy on policy.policy_id = level_clock.policy_id
    left join tat.calendar on calendar.calendar_id = level_clock.calendar_id
    left join tat.level_threshold
        on level_threshold.level_id = tat_alerts.level_id
        and level_threshold.cycle = tat_alerts.cycle
        and level_threshold.alert_type = tat_alerts.alert_type
)

select
    alert_id,
    level_id,
    request_id,
    cycle,
    alert_type,
    recorded_crossing,
    present_crossing,
    extract(epoch from present_crossing - recorded_crossing)::numeric(16, 6)
        as moved_seconds,
    recorded_start,
    present_start,
    recorded_tat_hours,
    present_tat_hours,
    recorded_percentage,
    present_percentage,
    array_remove(
        array[
            case when recorded_start <> present_start then 'start corrected' end,
            case
                when (basis ->> 'budget_microseconds')::bigint <> tat_us
                    or (basis is null and recorded_tat_hours <> present_tat_hours)
                    then 'TAT edited'
            end,
            case when recorded_percentage <> present_percentage then 'threshold edited' end,
            case
                when (basis ->> 'calendar_id')::integer <> calendar_id
                    or (basis ->> 'carried_microseconds')::bigint <> carried_clock
                    then 'priority or approver changed'
            end,
            case
                when (basis ->> 'paused_microseconds')::bigint <> paused_clock
                    or (state = 'paused' and halted_at <= recorded_crossing)
                    then 'pauses changed'
            end,
            case
                when (basis ->> 'calendar_revision')::integer <> revision
                    and (basis ->> 'calendar_id')::integer = calendar_id
                    then 'calendar changed'
            end,
            case
                when state in ('stopped', 'cancelled') and halted_at <= recorded_crossing
                    then 'ended before it was crossed'
            end,
            case
                when basis is null then 'unknown: recorded before reasons were kept'
            end
        ],
        null
    ) as reasons
from compared
where recorded_crossing is distinct from present_crossing;
comment on view tat.alert_difference is
'One row per alert whose recorded crossing is not what present rows and rules make of it, and why. Alerts are never rewritten, except that their completion follows the decision.';
comment on column tat.alert_difference.present_crossing is
'When the threshold was crossed by present rows and rules; null if it was not.';
comment on column tat.alert_difference.reasons is
'What the alert rested on and is different now; empty only if the record itself is wrong.';
