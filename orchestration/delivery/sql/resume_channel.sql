-- A channel works again.
update tat.channel
set failures = 0, last_error = null, paused_until = null
where channel.channel_name = %(channel)s and channel.failures > 0
