-- Forget events of long ago.
delete from tat.event
where event.received_at < clock_timestamp() - make_interval(days => %(days)s)
