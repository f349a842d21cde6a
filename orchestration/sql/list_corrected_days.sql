-- The days whose figures differ from those known at their end, the latest first.
select
    kpi_date,
    string_agg(metric || ' ' || as_known || ' -> ' || as_of_now, ', ' order by metric) as corrections
from reports.rpt_daily_corrections
group by kpi_date
order by kpi_date desc
