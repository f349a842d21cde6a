-- Marks the levels whose source rows tell of a pause, a resumption or an end that has come by now.
create or replace function tat.queue_planned_changes(p_as_of timestamptz) returns void
language sql
begin atomic
    insert into tat.level_change (level_id, cause)
    select level_clock.level_id, 'time'
    from tat.level_clock
    where level_clock.changes_at <= p_as_of
        and not exists (
            select 1
            from tat.level_change
            where level_change.level_id = level_clock.level_id
                and level_change.drained_at is null
            offset 0
        );
end;
