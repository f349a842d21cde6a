-- Writes the alerts of claimed levels, once each, with their notifications and activities.
create or replace function tat.record_alerts(
    p_claims tat.level_clock[],
    p_clocks bigint[],
    p_as_of timestamptz,
    out alerts_recorded bigint,
    out notifications_queued bigint,
    out alerts_replayed bigint,
    out max_lateness_seconds numeric
)
language sql
begin atomic
    with recorded as (
        insert into tat.tat_alerts (
            request_id,
            level_id,
            approver_id,
            alert_type,
            recorded_percentage,
            tat_hours_allocated,
            tat_hours_elapsed,
            tat_hours_remaining,
            level_start_time,
            alert_sent_at,
            expected_completion_time,
            alert_message,
            is_breached,
            was_completed_on_time,
            completion_time,
            metadata,
            cycle,
            threshold_crossed_at
        )
        select
            crossing.request_id,
            (crossing.clock).level_id,
            crossing.approver_id,
            crossing.alert_type,
            crossing.percentage,
            crossing.tat_hours_allocated,
            crossing.tat_hours_elapsed,
            greatest(crossing.tat_hours_allocated - crossing.tat_hours_elapsed, 0),
            (crossing.clock).started_at,
            crossing.sent_at,
            (crossing.clock).due_at,
            crossing.alert_message,
            crossing.threshold = 100,
            tat.was_in_time(crossing.clock),
            case
                when (crossing.clock).state = 'stopped' then (crossing.clock).halted_at
            end,
            crossing.metadata,
            (crossing.clock).cycle,
            crossing.crossed_at
        from tat.describe_crossings(p_claims, p_clocks, p_as_of) as crossing
        order by crossing.crossed_at, crossing.threshold
        on conflict (level_id, cycle, alert_type) do nothing
        returning tat_alerts.*
    ),

    queued as (
        insert into tat.outbox (alert_id, recipient_id, queued_at)
        select
            recorded.alert_id,
            recorded.approver_id,
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
    )

    select
        count(*),
        (select count(*) from queued),
        count(*) filter (where recorded.metadata ->> 'origin' = 'replay'),
        extract(epoch from max(p_as_of - recorded.threshold_crossed_at) filter (
            where recorded.metadata ->> 'origin' = 'tick'
        ))
    from recorded;
end;
