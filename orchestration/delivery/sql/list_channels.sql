-- Every channel with its rules, and every name that a policy uses and no channel has.
select
    named.channel_name as channel,
    coalesce(channel.kind, 'missing') as kind,
    case when channel.is_active then 'on' when not channel.is_active then 'off' end as state,
    channel.keeps_quiet_hours as quiet_hours,
    channel.digest,
    channel.summary_above,
    channel.messages_per_minute as per_minute,
    channel.attempts,
    channel.operators,
    channel.url,
    channel.last_error
from (
    select channel_name from tat.channel
    union
    select unnest(notification_channels) from tat.policy
    union
    select unnest(channels) from tat.policy_threshold
) as named (channel_name)
left join tat.channel on channel.channel_name = named.channel_name
order by named.channel_name
