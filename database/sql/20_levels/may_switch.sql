-- Whether a level may have changed its policy or calendar since its start: it, its approver or its
-- initiator moved. False saves listing its segments.
create or replace function tat.may_switch(
    p_level_id uuid, p_approver_id uuid, p_initiator_id uuid, p_started_at timestamptz
)
returns boolean
language sql stable
return exists (
    select 1
    from tat.level_change
    where level_change.level_id = p_level_id and level_change.switches
    offset 0
)
or exists (
    select 1
    from tat.user_change
    where user_change.user_id = p_approver_id and user_change.effective_at > p_started_at
    offset 0
)
or exists (
    select 1
    from tat.user_change
    where user_change.user_id = p_initiator_id and user_change.effective_at > p_started_at
    offset 0
);
