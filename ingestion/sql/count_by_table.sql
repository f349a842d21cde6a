-- Quarantined rows by table.
select
    chosen.table_name as "table",
    count(*) as rows,
    count(*) filter (where chosen.is_waiting) as waiting,
    min(chosen.quarantine_id) as example,
    date_trunc('second', max(chosen.quarantined_at)) as latest
from ({chosen}) as chosen
group by chosen.table_name
order by rows desc, chosen.table_name
limit %(limit)s
