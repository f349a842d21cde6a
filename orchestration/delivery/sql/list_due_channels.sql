-- The channels that have something to send and may be tried.
select
    channel.channel_name,
    channel.kind,
    channel.url,
    channel.is_private_allowed,
    channel.language
from tat.channel
where channel.is_active
    and (channel.paused_until is null or channel.paused_until <= %(as_of)s)
    and exists (
        select 1
        from tat.delivery
        where delivery.channel_name = channel.channel_name
            and delivery.state in ('queued', 'failed')
            and delivery.next_attempt_at <= %(as_of)s
    )
order by channel.channel_name
