-- Take back what senders held that are gone: a sender that lives holds the lock of its backend.
-- The message that one was sending counts as an attempt, so that none can end senders for ever.
with gone as materialized (
    select holder.sender
    from (
        select distinct delivery.sender
        from tat.delivery
        where delivery.state = 'sending'
    ) as holder
    where pg_try_advisory_xact_lock(%(lock)s, holder.sender)
),

in_flight as (
    select distinct on (delivery.sender) delivery.message_id
    from tat.delivery
    inner join gone on gone.sender = delivery.sender
    where delivery.state = 'sending'
    order by delivery.sender, delivery.delivery_id
),

counted as (
    select
        delivery.delivery_id,
        delivery.attempts + (in_flight.message_id is not null)::integer as attempts,
        in_flight.message_id is not null
            and delivery.attempts + 1 >= coalesce(channel.attempts, 1) as is_dead
    from tat.delivery
    inner join gone on gone.sender = delivery.sender
    left join in_flight on in_flight.message_id = delivery.message_id
    left join tat.channel on channel.channel_name = delivery.channel_name
    where delivery.state = 'sending'
)

update tat.delivery
set
    attempts = counted.attempts,
    state = case
        when counted.is_dead then 'dead'
        when counted.attempts = 0 then 'queued'
        else 'failed'
    end,
    reason = case
        when counted.attempts = delivery.attempts then delivery.reason
        else 'the sender ended while it sent the message'
    end,
    finished_at = case when counted.is_dead then %(as_of)s end,
    sender = null
from counted
where delivery.delivery_id = counted.delivery_id
returning delivery.channel_name, delivery.state
