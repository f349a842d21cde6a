-- The oldest changes that wait to be derived, at most so many. The condition on change_id, true of all,
-- is what lets the planner use the index that is kept for this question alone.
create or replace function tat.pending_changes(p_limit integer)
returns table (
    change_id bigint,
    level_id uuid,
    cause text,
    changed_at timestamptz,
    effective_at timestamptz,
    switches boolean
)
language sql stable
begin atomic
    select
        level_change.change_id,
        level_change.level_id,
        level_change.cause,
        level_change.changed_at,
        level_change.effective_at,
        level_change.switches
    from tat.level_change
    where level_change.drained_at is null and level_change.change_id > 0
    order by level_change.change_id
    limit p_limit;
end;
