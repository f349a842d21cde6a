-- Each channel: what waits, what the last day brought.
select
    delivery_health.channel_name,
    delivery_health.kind,
    delivery_health.is_active,
    delivery_health.last_error,
    delivery_health.due,
    delivery_health.later,
    delivery_health.oldest_due_seconds,
    delivery_health.sent_last_day,
    delivery_health.suppressed_last_day,
    delivery_health.dead_last_day,
    delivery_health.delay_p50_seconds,
    delivery_health.delay_p99_seconds
from tat.delivery_health
order by delivery_health.channel_name
