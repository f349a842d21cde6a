-- Give up deliveries that are not sent.
update tat.delivery
set state = 'suppressed', reason = 'dropped by hand', finished_at = now()
where delivery.state in ('queued', 'failed', 'dead')
    and (%(ids)s::bigint[] is null or delivery.delivery_id = any(%(ids)s))
    and (%(channel)s::text is null or delivery.channel_name = %(channel)s)
returning delivery.delivery_id
