-- Send dead or failed deliveries again now, with all their attempts before them.
update tat.delivery
set state = 'failed', attempts = 0, next_attempt_at = now(), finished_at = null
where delivery.state in ('dead', 'failed')
    and (%(ids)s::bigint[] is null or delivery.delivery_id = any(%(ids)s))
    and (%(channel)s::text is null or delivery.channel_name = %(channel)s)
returning delivery.delivery_id
