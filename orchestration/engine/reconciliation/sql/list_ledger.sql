-- What the ledger holds of levels that were opened again or went by other rules in flight.
select
    level_change.level_id,
    level_change.cause,
    (extract(epoch from level_change.effective_at) * 1000000)::bigint as effective_at,
    level_change.old_status,
    level_change.new_status,
    level_change.old_approver_id,
    level_change.new_approver_id,
    level_change.old_priority,
    level_change.new_priority,
    level_change.old_tat_hours,
    (extract(epoch from level_change.old_started_at) * 1000000)::bigint as old_started_at,
    (extract(epoch from level_change.old_ended_at) * 1000000)::bigint as old_ended_at
from tat.level_change
where level_change.level_id in (
    select noted.level_id
    from tat.level_change as noted
    where (
        noted.old_started_at is not null
        and noted.new_status in ('PENDING', 'IN_PROGRESS')
        and noted.old_status <> noted.new_status
    )
    or noted.old_priority <> noted.new_priority
    or noted.old_approver_id <> noted.new_approver_id
)
    and (level_change.old_status is not null or level_change.old_priority is not null)
order by level_change.level_id, level_change.change_id
