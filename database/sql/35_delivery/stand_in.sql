-- Who is told in place of a person now: their delegate, or the manager of one who has left.
create or replace function tat.stand_in(p_user workflow.users, p_at timestamptz)
returns uuid
language sql stable
return coalesce(
    (
        select delegations.delegate_id
        from workflow.delegations
        where delegations.user_id = (p_user).user_id
            and delegations.is_active
            and delegations.starts_at <= p_at
            and (delegations.ends_at is null or delegations.ends_at > p_at)
        order by delegations.starts_at desc, delegations.delegation_id
        limit 1
    ),
    case when not (p_user).is_active then (p_user).reporting_manager_id end
);
