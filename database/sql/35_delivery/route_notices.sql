-- Makes deliveries of what operators have to be told: one by each channel that knows their address.
create or replace function tat.route_notices(p_at timestamptz) returns bigint
language sql
begin atomic
    with waiting as materialized (
        select notice.notice_id
        from tat.notice
        where notice.routed_at is null
        order by notice.notice_id
        for update skip locked
    ),

    queued as (
        insert into tat.delivery (
            notice_id, recipient_role, channel_name, queued_at, send_at, next_attempt_at
        )
        select waiting.notice_id, 'operator', channel.channel_name, p_at, p_at, p_at
        from waiting
        inner join tat.channel on channel.is_active and channel.operators is not null
        order by waiting.notice_id
        on conflict do nothing
        returning 1
    ),

    routed as (
        update tat.notice
        set routed_at = p_at
        from waiting
        where notice.notice_id = waiting.notice_id
    )

    select count(*) from queued;
end;
