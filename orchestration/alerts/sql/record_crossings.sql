-- Claim the levels past a threshold, record their alerts, flags, activities and notifications, and move their clocks on.
with clocks as materialized (
    select
        calendar.calendar_id,
        tat.work_clock(calendar.calendar_id, %(as_of)s) as clock_now
    from tat.calendar
),

-- Of a backlog larger than the batch each calendar has an even share: a tick stays small, none starves.
present as materialized (
    select
        clocks.calendar_id,
        clocks.clock_now,
        case
            when %(backlog)s <= %(batch_size)s then %(batch_size)s
            else greatest(%(batch_size)s / count(*) over (), 1)
        end as batch_share
    from clocks
    where exists (
        select 1
        from tat.level_clock
        where level_clock.calendar_id = clocks.calendar_id
            and level_clock.next_due_clock < clocks.clock_now
    )
),

-- A row that a writer or another tick holds is left for the next tick: nobody waits.
-- A level decided since its clock was derived is left too, for the next derivation to halt.
claimed as materialized (
    select
        due.*,
        least(present.clock_now, due.halted_clock) as clock_limit
    from present
    cross join lateral (
        select
            level_clock.level_id,
            level_clock.cycle,
            level_clock.is_current,
            level_clock.policy_id,
            level_clock.calendar_id,
            level_clock.state,
            level_clock.started_at,
            level_clock.halted_at,
            level_clock.segment_started_at,
            level_clock.start_clock,
            level_clock.paused_clock,
            level_clock.carried_clock,
            level_clock.start_clock + level_clock.paused_clock - level_clock.carried_clock
                as origin_clock,
            level_clock.halted_clock,
            level_clock.budget,
            level_clock.due_at,
            level_clock.next_due_clock,
            level_clock.arrived_decided,
            approval_levels.request_id,
            approval_levels.approver_id,
            approval_levels.level_number,
            approval_levels.level_name,
            approval_levels.tat_hours
        from tat.level_clock
        inner join workflow.approval_levels
            on approval_levels.level_id = level_clock.level_id
        inner join workflow.workflow_requests
            on workflow_requests.request_id = approval_levels.request_id
        inner join workflow.users on users.user_id = approval_levels.approver_id
        where level_clock.calendar_id = present.calendar_id
            and level_clock.next_due_clock < present.clock_now
            and (
                level_clock.state <> 'running' or approval_levels.status = 'IN_PROGRESS'
            )
            and not exists (
                select 1
                from tat.level_change
                where level_change.level_id = level_clock.level_id
                    and level_change.drained_at is null
                -- Keeps it a probe by index: statistics may know nothing of what waits.
                offset 0
            )
        order by level_clock.next_due_clock
        limit present.batch_share
        for no key update of level_clock, approval_levels skip locked
        for key share of workflow_requests, users skip locked
    ) as due
),

crossed as materialized (
    select
        claimed.*,
        level_threshold.slot,
        level_threshold.alert_type,
        level_threshold.percentage,
        case
            when level_threshold.share < claimed.carried_clock then tat.find_earlier_time(
                claimed.level_id,
                claimed.started_at,
                claimed.halted_at,
                claimed.policy_id,
                level_threshold.share,
                false,
                %(as_of)s
            )
            else tat.crossing_time(claimed.calendar_id, level_threshold.due_clock)
        end as crossed_at,
        level_threshold.share as elapsed_at_crossing,
        claimed.clock_limit - claimed.origin_clock as elapsed_at_limit,
        level_threshold.slot
        = max(level_threshold.slot) over (partition by claimed.level_id) as is_highest
    from claimed
    cross join lateral tat.level_thresholds(
        claimed.level_id,
        claimed.policy_id,
        claimed.calendar_id,
        claimed.segment_started_at,
        claimed.halted_at,
        claimed.start_clock,
        claimed.paused_clock,
        claimed.carried_clock,
        claimed.budget
    ) as level_threshold
    where level_threshold.due_clock >= claimed.next_due_clock
        and level_threshold.due_clock < claimed.clock_limit
),

described as (
    select
        gen_random_uuid() as alert_id,
        crossed.*,
        policy.notification_channels,
        calendar.revision as calendar_revision,
        workflow_requests.request_number,
        workflow_requests.title,
        workflow_requests.priority,
        users.display_name as approver_name,
        case when crossed.arrived_decided then crossed.crossed_at else %(as_of)s end
            as sent_at,
        case
            when crossed.arrived_decided then crossed.elapsed_at_crossing
            else crossed.elapsed_at_limit
        end / (policy.seconds_per_tat_hour * 1000000.0) as tat_hours_elapsed,
        crossed.budget / (policy.seconds_per_tat_hour * 1000000.0) as tat_hours_allocated,
        case
            when crossed.arrived_decided then 'replay'
            when crossed.state = 'stopped' then 'decided before the tick'
            when crossed.state = 'paused' then 'paused before the tick'
            when not crossed.is_highest then 'a higher threshold is crossed too'
        end as not_notified_reason,
        coalesce('"' || crossed.level_name || '"', 'level ' || crossed.level_number)
            as level_label,
        to_char(
            crossed.due_at at time zone calendar.time_zone, 'FMDD Mon YYYY HH24:MI'
        ) || ' (' || calendar.time_zone || ')' as due_label
    from crossed
    inner join tat.policy on policy.policy_id = crossed.policy_id
    inner join tat.calendar on calendar.calendar_id = crossed.calendar_id
    inner join workflow.workflow_requests
        on workflow_requests.request_id = crossed.request_id
    inner join workflow.users on users.user_id = crossed.approver_id
),

recorded as (
    insert into tat.tat_alerts (
        alert_id,
        request_id,
        level_id,
        approver_id,
        alert_type,
        threshold_percentage,
        tat_hours_allocated,
        tat_hours_elapsed,
        tat_hours_remaining,
        level_start_time,
        alert_sent_at,
        expected_completion_time,
        alert_message,
        notification_channels,
        is_breached,
        was_completed_on_time,
        completion_time,
        metadata,
        cycle,
        threshold_crossed_at
    )
    select
        described.alert_id,
        described.request_id,
        described.level_id,
        described.approver_id,
        described.alert_type,
        described.percentage,
        described.tat_hours_allocated,
        described.tat_hours_elapsed,
        greatest(described.tat_hours_allocated - described.tat_hours_elapsed, 0),
        described.started_at,
        described.sent_at,
        described.due_at,
        case
            when described.slot = 100 then format(
                'The TAT of %%s h for %%s is missed; it was due %%s.',
                trim_scale(described.tat_hours),
                described.level_label,
                coalesce(described.due_label, 'long ago')
            )
            else format(
                '%%s %%%% of the TAT of %%s h for %%s is used; it is due %%s.',
                trim_scale(described.percentage),
                trim_scale(described.tat_hours),
                described.level_label,
                coalesce(described.due_label, 'beyond the generated calendar')
            )
        end,
        case
            when described.not_notified_reason is null then described.notification_channels
            else '{}'
        end,
        described.slot = 100,
        case
            when described.state = 'stopped'
                then described.halted_clock - described.origin_clock <= described.budget
        end,
        case when described.state = 'stopped' then described.halted_at end,
        jsonb_strip_nulls(jsonb_build_object(
            'request_number', described.request_number,
            'request_title', described.title,
            'priority', described.priority,
            'approver_name', described.approver_name,
            'level_number', described.level_number,
            'level_name', described.level_name,
            'origin', case when described.arrived_decided then 'replay' else 'tick' end,
            'not_notified_reason', described.not_notified_reason,
            'basis', jsonb_build_object(
                'calendar_id', described.calendar_id,
                'calendar_revision', described.calendar_revision,
                'budget_microseconds', described.budget,
                'paused_microseconds', described.paused_clock,
                'carried_microseconds', described.carried_clock
            )
        )),
        described.cycle,
        described.crossed_at
    from described
    order by described.crossed_at, described.slot
    on conflict (level_id, cycle, alert_type) do nothing
    returning
        tat_alerts.alert_id,
        tat_alerts.request_id,
        tat_alerts.level_id,
        tat_alerts.approver_id,
        tat_alerts.alert_type,
        tat_alerts.alert_message,
        tat_alerts.alert_sent_at,
        tat_alerts.threshold_crossed_at,
        tat_alerts.notification_channels,
        tat_alerts.metadata
),

queued as (
    insert into tat.outbox (alert_id, recipient_id, channels, queued_at)
    select
        recorded.alert_id,
        recorded.approver_id,
        recorded.notification_channels,
        recorded.alert_sent_at
    from recorded
    where not recorded.metadata ? 'not_notified_reason'
    returning 1
),

logged as (
    insert into workflow.activities (
        activity_id,
        request_id,
        activity_type,
        activity_description,
        metadata,
        is_system_event,
        created_at
    )
    select
        recorded.alert_id,
        recorded.request_id,
        'sla_warning',
        recorded.alert_message,
        jsonb_build_object(
            'alert_id', recorded.alert_id,
            'level_id', recorded.level_id,
            'alert_type', recorded.alert_type
        ),
        true,
        recorded.alert_sent_at
    from recorded
),

flags as (
    select
        crossed.level_id,
        bool_or(crossed.slot = 50) as has_50,
        bool_or(crossed.slot = 75) as has_75,
        bool_or(crossed.slot = 100) as has_100
    from crossed
    where crossed.is_current
    group by crossed.level_id
),

flagged as (
    update workflow.approval_levels
    set
        tat50_alert_sent = approval_levels.tat50_alert_sent or flags.has_50,
        tat75_alert_sent = approval_levels.tat75_alert_sent or flags.has_75,
        tat_breached = approval_levels.tat_breached or flags.has_100
    from flags
    where approval_levels.level_id = flags.level_id
),

advanced as (
    update tat.level_clock
    set next_threshold = upcoming.slot, next_due_clock = upcoming.due_clock
    from claimed
    left join lateral (
        select level_threshold.slot, level_threshold.due_clock
        from tat.level_thresholds(
            claimed.level_id,
            claimed.policy_id,
            claimed.calendar_id,
            claimed.segment_started_at,
            claimed.halted_at,
            claimed.start_clock,
            claimed.paused_clock,
            claimed.carried_clock,
            claimed.budget
        ) as level_threshold
        where level_threshold.due_clock >= claimed.clock_limit
            and (
                claimed.halted_clock is null
                or level_threshold.due_clock < claimed.halted_clock
            )
            and not exists (
                select 1
                from tat.tat_alerts
                where tat_alerts.level_id = claimed.level_id
                    and tat_alerts.cycle = claimed.cycle
                    and tat_alerts.alert_type = level_threshold.alert_type
            )
        order by level_threshold.due_clock, level_threshold.slot
        limit 1
    ) as upcoming on true
    where level_clock.level_id = claimed.level_id
        and level_clock.cycle = claimed.cycle
)

select
    (select count(*) from claimed) as levels_claimed,
    count(*) as alerts_recorded,
    (select count(*) from queued) as notifications_queued,
    count(*) filter (where recorded.metadata ->> 'origin' = 'replay') as alerts_replayed,
    extract(epoch from max(%(as_of)s - recorded.threshold_crossed_at) filter (
        where recorded.metadata ->> 'origin' = 'tick'
    )) as max_lateness_seconds
from recorded
