-- Why a delivery must not go out any more; null: it may.
create or replace function tat.delivery_obstacle(p_delivery tat.delivery, p_at timestamptz)
returns text
language sql stable
begin atomic
    select case
        when not level_clock.is_current then 'the level was opened again'
        when level_clock.state = 'stopped'
            or approval_levels.status in ('APPROVED', 'REJECTED')
            then 'the level was decided'
        when level_clock.state = 'cancelled' or approval_levels.status = 'SKIPPED'
            then 'the level was cancelled'
        when level_clock.state = 'paused' then 'the level is paused'
        when not exists (
            select 1
            from tat.list_receivers(tat_alerts.alert_id, p_at) as receiver
            where receiver.recipient_id = (p_delivery).recipient_id
        ) then 'somebody else is told now'
        when later.delivery_id is not null then 'a later one says more'
    end
    from tat.tat_alerts
    inner join tat.level_clock
        on level_clock.level_id = tat_alerts.level_id
        and level_clock.cycle = tat_alerts.cycle
    inner join workflow.approval_levels
        on approval_levels.level_id = tat_alerts.level_id
    left join lateral (
        select delivery.delivery_id
        from tat.tat_alerts as other
        inner join tat.delivery on delivery.alert_id = other.alert_id
        where other.level_id = tat_alerts.level_id
            and other.cycle = tat_alerts.cycle
            and delivery.recipient_id = (p_delivery).recipient_id
            and delivery.channel_name = (p_delivery).channel_name
            and delivery.state in ('queued', 'failed', 'sending', 'sent')
            and delivery.send_at <= p_at
            and (other.threshold_percentage, delivery.repetition)
            > (tat_alerts.threshold_percentage, (p_delivery).repetition)
        limit 1
    ) as later on true
    where tat_alerts.alert_id = (p_delivery).alert_id;
end;
comment on function tat.delivery_obstacle(tat.delivery, timestamptz) is
'What has happened to a level since its alert was queued that makes a reminder pointless.';
