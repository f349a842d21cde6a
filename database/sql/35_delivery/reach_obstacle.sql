-- Why a person can't be told by a channel; null: they can.
create or replace function tat.reach_obstacle(
    p_channel tat.channel, p_user workflow.users, p_wish tat.user_channel
)
returns text
language sql stable
return case
    when (p_channel).channel_name is null then 'no channel has this name'
    when not (p_channel).is_active then 'the channel is off'
    when not (p_user).is_active then 'the receiver has left'
    when not (p_wish).is_wanted then 'the receiver does not want this channel'
    when (p_channel).url like '%{address}%' and (p_wish).address is null
        then 'the receiver has no address on this channel'
end;
