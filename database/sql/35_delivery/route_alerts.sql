-- Makes deliveries of at most p_limit alerts of the outbox. Those of one that is routed again, because
-- its level has another approver now, are added to what is there; a receiver who is back is told
-- after all. Run as tat_engine.
create or replace function tat.route_alerts(
    p_at timestamptz, p_limit integer, out alerts_routed bigint, out deliveries_queued bigint
)
language sql
begin atomic
    with waiting as materialized (
        select outbox.outbox_id, outbox.alert_id
        from tat.outbox
        where outbox.routed_at is null
        order by outbox.outbox_id
        limit p_limit
        for update skip locked
    ),

    queued as (
        insert into tat.delivery (
            alert_id,
            recipient_id,
            recipient_role,
            stands_in_for,
            channel_name,
            repetition,
            state,
            reason,
            queued_at,
            send_at,
            next_attempt_at,
            finished_at
        )
        select
            waiting.alert_id,
            route.recipient_id,
            route.recipient_role,
            route.stands_in_for,
            route.channel_name,
            route.repetition,
            case when route.obstacle is null then 'queued' else 'suppressed' end,
            route.obstacle,
            p_at,
            route.send_at,
            route.send_at,
            case when route.obstacle is not null then p_at end
        from waiting
        cross join lateral tat.list_routes(waiting.alert_id, p_at) as route
        order by waiting.outbox_id, route.repetition
        on conflict (alert_id, notice_id, recipient_id, channel_name, repetition) do update
        set state = excluded.state,
            reason = excluded.reason,
            send_at = excluded.send_at,
            next_attempt_at = excluded.next_attempt_at,
            finished_at = excluded.finished_at
        where delivery.state = 'suppressed' and delivery.reason = 'somebody else is told now'
        returning delivery.state
    ),

    routed as (
        update tat.outbox
        set routed_at = p_at
        from waiting
        where outbox.outbox_id = waiting.outbox_id
    )

    select
        (select count(*) from waiting),
        (select count(*) filter (where queued.state = 'queued') from queued);
end;
