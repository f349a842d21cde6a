-- Put back what this sender holds and did not send.
update tat.delivery
set
    state = case when delivery.attempts = 0 then 'queued' else 'failed' end,
    sender = null
where delivery.sender = pg_backend_pid() and delivery.state = 'sending'
