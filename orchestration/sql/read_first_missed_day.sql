-- The earliest day up to the given one that is not kept as known though an earlier day is.
select min(missed.day)::date as first_day
from generate_series(
    (
        select (min(daily_metrics_as_known.kpi_date) + 1)::timestamp
        from tat.daily_metrics_as_known
    ),
    %(last_day)s::date::timestamp,
    interval '1 day'
) as missed (day)
where not exists (
    select 1
    from tat.daily_metrics_as_known
    where daily_metrics_as_known.kpi_date = missed.day::date
)
