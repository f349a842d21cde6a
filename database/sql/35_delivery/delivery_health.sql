create or replace view tat.delivery_health as
select
    channel.channel_name,
    channel.kind,
    channel.is_active,
    channel.paused_until,
    channel.last_error,
    waiting.due,
    waiting.later,
    waiting.sending,
    extract(epoch from clock_timestamp() - waiting.oldest_at)::numeric(14, 1)
        as oldest_due_seconds,
    finished.sent as sent_last_day,
    finished.suppressed as suppressed_last_day,
    finished.dead as dead_last_day,
    finished.seconds[1]::numeric(14, 3) as delay_p50_seconds,
    finished.seconds[2]::numeric(14, 3) as delay_p99_seconds
from tat.channel
cross join lateral (
    select
        count(*) filter (where delivery.send_at <= clock_timestamp()) as due,
        count(*) filter (where delivery.send_at > clock_timestamp()) as later,
        count(*) filter (where delivery.state = 'sending') as sending,
        min(delivery.send_at) filter (where delivery.send_at <= clock_timestamp())
            as oldest_at
    from tat.delivery
    where delivery.channel_name = channel.channel_name
        and delivery.state in ('queued', 'failed', 'sending')
) as waiting
cross join lateral (
    select
        count(*) filter (where delivery.state = 'sent') as sent,
        count(*) filter (where delivery.state = 'suppressed') as suppressed,
        count(*) filter (where delivery.state = 'dead') as dead,
        percentile_cont(array[0.5, 0.99]) within group (
            order by extract(epoch from delivery.finished_at - delivery.send_at)
        ) filter (where delivery.state = 'sent') as seconds
    from tat.delivery
    where delivery.channel_name = channel.channel_name
        and delivery.finished_at > clock_timestamp() - interval '1 day'
) as finished;
comment on view tat.delivery_health is
'One row per channel: what waits, what the last day brought, by the database''s own clock.';
comment on column tat.delivery_health.due is 'Deliveries whose time has come and that are not sent.';
comment on column tat.delivery_health.later is
'Deliveries that quiet hours, a digest or a repetition holds back.';
comment on column tat.delivery_health.delay_p50_seconds is
'Median over the last day of sent minus the time from which it might be sent.';
comment on column tat.delivery_health.delay_p99_seconds is
'99th percentile of sent minus the time from which it might be sent.';
