-- How long after the tick messages were out, in seconds.
select
    count(*) as messages,
    percentile_cont(0.5) within group (order by delay.seconds) as p50_seconds,
    percentile_cont(0.99) within group (order by delay.seconds) as p99_seconds
from (
    select extract(epoch from delivery.finished_at - outbox.queued_at) as seconds
    from tat.delivery
    inner join tat.outbox on outbox.alert_id = delivery.alert_id
    where delivery.channel_name = 'email' and delivery.state = 'sent'
) as delay
