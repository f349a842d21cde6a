-- Takes derived changes from what waits: those with a before and an after stay as history, and
-- pauses as evidence that an alert recorded before rests on something else.
create or replace function tat.drain_changes(p_changes bigint[]) returns void
language sql
begin atomic
    delete from tat.level_change
    where level_change.change_id = any (p_changes)
        and level_change.old_status is null
        and level_change.old_priority is null
        and level_change.cause <> 'pause';

    update tat.level_change
    set drained_at = clock_timestamp()
    where level_change.change_id = any (p_changes);
end;
