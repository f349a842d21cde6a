-- Let one sender at a time claim messages of a channel, and say how many it may claim.
select
    channel.summary_above,
    channel.digest <> 'none' as is_digest,
    channel.attempts,
    channel.failures,
    channel.messages_per_minute - (
        select count(distinct delivery.message_id)
        from tat.delivery
        where delivery.channel_name = channel.channel_name
            and delivery.claimed_at > %(as_of)s - interval '1 minute'
    ) as allowance
from tat.channel
where channel.channel_name = %(channel)s
    and channel.is_active
    and (channel.paused_until is null or channel.paused_until <= %(as_of)s)
for no key update
