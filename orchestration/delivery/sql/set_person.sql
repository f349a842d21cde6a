-- Write what is particular to a person on a channel.
insert into tat.user_channel (user_id, channel_name, address, is_wanted)
values (%(user_id)s, %(channel)s, %(address)s, %(is_wanted)s)
on conflict (user_id, channel_name) do update
set
    address = coalesce(excluded.address, user_channel.address),
    is_wanted = excluded.is_wanted
