-- A message did not get through: it is tried again, or it is dead. The wait doubles from 15 s up to
-- an hour, half of it by chance, unless the other side says how long it is.
update tat.delivery
set
    attempts = delivery.attempts + 1,
    state = case
        when %(is_final)s or delivery.attempts + 1 >= %(most_attempts)s then 'dead'
        else 'failed'
    end,
    reason = %(reason)s,
    sender = null,
    next_attempt_at = %(as_of)s::timestamptz + coalesce(
        %(retry_after)s::numeric,
        least(15 * power(2, least(delivery.attempts, 20)), 3600) * (0.5 + random() / 2)
    ) * interval '1 second',
    finished_at = case
        when %(is_final)s or delivery.attempts + 1 >= %(most_attempts)s then %(as_of)s
    end
where delivery.message_id = %(message_id)s and delivery.state = 'sending'
returning delivery.state
