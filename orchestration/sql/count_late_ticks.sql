-- Ticks of the sensor in the last day that recorded an alert later than it should be, and the worst.
select
    count(*) as ticks,
    coalesce(max(max_lateness_seconds), 0) as max_lateness_seconds
from tat.tick_log
where
    origin = 'sensor'
    and finished_at > now() - interval '1 day'
    and max_lateness_seconds > %(on_time_seconds)s
