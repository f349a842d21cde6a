-- The first local day that was kept as known; the present one before any was.
select
    coalesce(
        min(daily_metrics_as_known.kpi_date),
        (now() at time zone tat.time_zone())::date
    ) as first_day
from tat.daily_metrics_as_known
