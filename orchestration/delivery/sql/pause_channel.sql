-- A channel that can't be reached is left alone for a while, longer each time.
update tat.channel
set
    failures = channel.failures + 1,
    last_error = %(error)s,
    paused_until = %(as_of)s::timestamptz
        + least(power(2, least(channel.failures, 10)) * 15, 900) * interval '1 second'
where channel.channel_name = %(channel)s
