-- Claim messages of a channel whose time has come; leave out what has become pointless, and put off
-- what is paused.
with due as materialized (
    select
        delivery.delivery_id,
        delivery.recipient_id,
        delivery.message_id,
        delivery.next_attempt_at,
        gen_random_uuid() as own_id
    from tat.delivery
    where delivery.channel_name = %(channel)s
        and delivery.state in ('queued', 'failed')
        and delivery.next_attempt_at <= %(as_of)s
    order by delivery.next_attempt_at, delivery.delivery_id
    limit %(look_ahead)s
),

-- What was sent before goes out again as the same message.
grouped as (
    select
        due.delivery_id,
        due.next_attempt_at,
        coalesce(
            due.message_id,
            case
                when %(is_digest)s or count(*) over person > %(summary_above)s::integer
                    then first_value(due.own_id) over person
                else due.own_id
            end
        ) as message_id
    from due
    window person as (
        partition by due.recipient_id, due.message_id is null
        order by due.delivery_id
        rows between unbounded preceding and unbounded following
    )
),

chosen as (
    select grouped.message_id
    from grouped
    group by grouped.message_id
    order by min(grouped.next_attempt_at), min(grouped.delivery_id)
    limit %(messages)s
),

checked as materialized (
    select
        grouped.delivery_id,
        grouped.message_id,
        delivery.recipient_id,
        tat.delivery_obstacle(delivery, %(as_of)s) as obstacle
    from grouped
    inner join chosen on chosen.message_id = grouped.message_id
    inner join tat.delivery on delivery.delivery_id = grouped.delivery_id
),

suppressed as (
    update tat.delivery
    set state = 'suppressed', reason = checked.obstacle, finished_at = %(as_of)s
    from checked
    where delivery.delivery_id = checked.delivery_id
        and delivery.state in ('queued', 'failed')
        and checked.obstacle <> 'the level is paused'
    returning delivery.alert_id, delivery.reason
),

postponed as (
    update tat.delivery
    set send_at = later.send_at, next_attempt_at = later.send_at, reason = checked.obstacle
    from checked
    inner join tat.channel on channel.channel_name = %(channel)s
    cross join lateral (
        select
            tat.send_time(
                channel, checked.recipient_id, %(as_of)s + interval '15 minutes', false
            ) as send_at
    ) as later
    where delivery.delivery_id = checked.delivery_id
        and delivery.state in ('queued', 'failed')
        and checked.obstacle = 'the level is paused'
    returning 1
),

rerouted as (
    update tat.outbox
    set routed_at = null
    from suppressed
    where outbox.alert_id = suppressed.alert_id
        and suppressed.reason = 'somebody else is told now'
),

claimed as (
    update tat.delivery
    set
        state = 'sending',
        message_id = checked.message_id,
        sender = pg_backend_pid(),
        claimed_at = %(as_of)s
    from checked
    where delivery.delivery_id = checked.delivery_id
        and delivery.state in ('queued', 'failed')
        and checked.obstacle is null
    returning delivery.message_id
)

select
    (select count(*) from suppressed) as suppressed,
    (select count(*) from postponed) as postponed,
    (select count(distinct claimed.message_id) from claimed) as claimed
