-- The unresolved rows of the quarantine that somebody chose.
select quarantine.*
from tat.quarantine
where quarantine.resolved_at is null
    and (%(ids)s::bigint[] is null or quarantine.quarantine_id = any(%(ids)s))
    and (%(table)s::text is null or quarantine.table_name = %(table)s)
    and (%(batch)s::bigint is null or quarantine.last_batch_id = %(batch)s)
    and (
        %(reason)s::text is null
        or exists (
            select 1
            from unnest(quarantine.reasons) as held (reason)
            where strpos(lower(held.reason), lower(%(reason)s)) > 0
        )
    )
