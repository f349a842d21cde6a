-- Everybody whom an alert's policy tells at p_at, by which channel, when, and what is in the way.
create or replace function tat.list_routes(p_alert_id uuid, p_at timestamptz)
returns table (
    recipient_id uuid,
    recipient_role text,
    stands_in_for uuid,
    channel_name text,
    repetition smallint,
    obstacle text,
    send_at timestamptz
)
language sql stable
begin atomic
    select
        receiver.recipient_id,
        receiver.recipient_role,
        receiver.stands_in_for,
        named.channel_name,
        occasion.repetition,
        tat.reach_obstacle(channel, users, user_channel),
        coalesce(
            tat.send_time(
                channel, receiver.recipient_id, occasion.falls_due_at, told.is_at_once
            ),
            occasion.falls_due_at
        )
    from tat.tat_alerts
    inner join tat.level_clock
        on level_clock.level_id = tat_alerts.level_id
        and level_clock.cycle = tat_alerts.cycle
    inner join tat.policy on policy.policy_id = level_clock.policy_id
    cross join lateral tat.alert_policy(tat_alerts) as told
    cross join lateral tat.list_receivers(tat_alerts.alert_id, p_at) as receiver
    inner join workflow.users on users.user_id = receiver.recipient_id
    cross join lateral (
        select distinct name.channel_name
        from unnest(coalesce(told.channels, policy.notification_channels))
            as name (channel_name)
    ) as named
    left join tat.channel on channel.channel_name = named.channel_name
    left join tat.user_channel
        on user_channel.user_id = receiver.recipient_id
        and user_channel.channel_name = named.channel_name
    cross join lateral (
        select 0::smallint as repetition, p_at as falls_due_at

        union all

        select again.repetition, again.falls_due_at
        from tat.repetition_times(tat_alerts, told, p_at) as again
    ) as occasion
    where tat_alerts.alert_id = p_alert_id;
end;
