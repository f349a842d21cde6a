-- Hold an alert's deliveries as if they went out now; the caller takes it back.
insert into tat.delivery (
    alert_id,
    recipient_id,
    recipient_role,
    stands_in_for,
    channel_name,
    repetition,
    state,
    queued_at,
    send_at,
    next_attempt_at,
    message_id,
    sender
)
select
    %(alert_id)s,
    route.recipient_id,
    route.recipient_role,
    route.stands_in_for,
    route.channel_name,
    route.repetition,
    'sending',
    now(),
    route.send_at,
    route.send_at,
    gen_random_uuid(),
    pg_backend_pid()
from tat.list_routes(%(alert_id)s, now()) as route
where route.repetition = 0
on conflict (alert_id, notice_id, recipient_id, channel_name, repetition) do update
set
    state = 'sending',
    message_id = excluded.message_id,
    sender = excluded.sender,
    finished_at = null
