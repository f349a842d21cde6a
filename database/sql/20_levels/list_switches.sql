-- The changes of a level that may move it to another policy or calendar: what it had before each.
create or replace function tat.list_switches(p_level_id uuid)
returns table (
    change_id bigint, effective_at timestamptz, old_priority text, old_approver_id uuid
)
language sql stable
begin atomic
    select
        level_change.change_id,
        level_change.effective_at,
        level_change.old_priority,
        case
            when level_change.old_approver_id <> level_change.new_approver_id
                then level_change.old_approver_id
        end
    from tat.level_change
    where level_change.level_id = p_level_id and level_change.switches;
end;
