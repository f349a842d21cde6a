-- Write a channel; one that was left alone may be tried at once.
insert into tat.channel (
    channel_name,
    kind,
    url,
    is_active,
    keeps_quiet_hours,
    digest,
    summary_above,
    messages_per_minute,
    attempts,
    is_private_allowed,
    language,
    operators
)
values (
    %(channel_name)s,
    %(kind)s,
    %(url)s,
    %(is_active)s,
    %(keeps_quiet_hours)s,
    %(digest)s,
    %(summary_above)s,
    %(messages_per_minute)s,
    %(attempts)s,
    %(is_private_allowed)s,
    %(language)s,
    %(operators)s
)
on conflict (channel_name) do update
set
    kind = excluded.kind,
    url = excluded.url,
    is_active = excluded.is_active,
    keeps_quiet_hours = excluded.keeps_quiet_hours,
    digest = excluded.digest,
    summary_above = excluded.summary_above,
    messages_per_minute = excluded.messages_per_minute,
    attempts = excluded.attempts,
    is_private_allowed = excluded.is_private_allowed,
    language = excluded.language,
    operators = excluded.operators,
    failures = 0,
    paused_until = null,
    last_error = null
