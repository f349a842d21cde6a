-- When a person is told by a channel of what falls due at p_at: at the end of the digest's hour or
-- day, and within working hours.
create or replace function tat.send_time(
    p_channel tat.channel, p_user_id uuid, p_at timestamptz, p_is_at_once boolean
)
returns timestamptz
language sql stable
begin atomic
    select case
        when p_is_at_once then p_at
        when (p_channel).keeps_quiet_hours
            then tat.next_working_moment(receiver.calendar_id, digest.ends_at)
        else digest.ends_at
    end
    from tat.receiver_calendar(p_user_id) as receiver
    cross join lateral (
        select case (p_channel).digest
            when 'hourly' then date_trunc('hour', p_at, receiver.time_zone) + interval '1 hour'
            when 'daily' then (
                date_trunc('day', p_at at time zone receiver.time_zone) + interval '1 day'
            ) at time zone receiver.time_zone
            else p_at
        end as ends_at
    ) as digest;
end;
comment on function tat.send_time(tat.channel, uuid, timestamptz, boolean) is
'From when on a message may go out to a person by a channel.';
