-- Quarantined rows by table and reason, without the values that differ from row to row.
select
    chosen.table_name as "table",
    regexp_replace(held.reason, '^(\w+) ''.*'' ', '\1 ') as reason,
    count(*) as rows,
    count(*) filter (where chosen.is_waiting) as waiting,
    min(chosen.quarantine_id) as example,
    date_trunc('second', max(chosen.quarantined_at)) as latest
from ({chosen}) as chosen
cross join unnest(chosen.reasons) as held (reason)
group by 1, 2
order by rows desc, 1, 2
limit %(limit)s
