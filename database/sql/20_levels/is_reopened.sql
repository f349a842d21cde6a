-- Whether a level was opened again after it had ended: it has more than one cycle.
create or replace function tat.is_reopened(p_level_id uuid) returns boolean
language sql stable
return exists (
    select 1
    from tat.level_change
    where level_change.level_id = p_level_id and level_change.closes_cycle
    offset 0
);
