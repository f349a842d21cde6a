-- Quarantined rows by the load that met them last.
select
    chosen.last_batch_id as load,
    coalesce(load_batch.source, 'the engine') as source,
    date_trunc('second', load_batch.finished_at) as finished_at,
    count(*) as rows,
    count(*) filter (where chosen.is_waiting) as waiting,
    min(chosen.quarantine_id) as example
from ({chosen}) as chosen
left join tat.load_batch on chosen.last_batch_id = load_batch.batch_id
group by chosen.last_batch_id, load_batch.source, load_batch.finished_at
order by load desc nulls last
limit %(limit)s
