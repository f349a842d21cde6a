-- One channel.
select
    channel.channel_name,
    channel.kind,
    channel.url,
    channel.is_active,
    channel.keeps_quiet_hours,
    channel.digest,
    channel.summary_above,
    channel.messages_per_minute,
    channel.attempts,
    channel.is_private_allowed,
    channel.language,
    channel.operators
from tat.channel
where channel.channel_name = %(channel)s
