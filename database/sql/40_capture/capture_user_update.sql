create or replace function tat.capture_user_update() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    with moved as (
        insert into tat.user_change (
            user_id, effective_at, old_department, new_department, old_location, new_location
        )
        select
            new_users.user_id,
            tat.date_change(old_users.updated_at, new_users.updated_at),
            old_users.department,
            new_users.department,
            old_users.location,
            new_users.location
        from new_users
        inner join old_users using (user_id)
        where (old_users.department, old_users.location)
            is distinct from (new_users.department, new_users.location)
        returning user_id
    )

    insert into tat.level_change (level_id, cause)
    select approval_levels.level_id, 'user'
    from moved
    inner join workflow.approval_levels on approval_levels.approver_id = moved.user_id
    where approval_levels.status <> 'PENDING'
    union
    select approval_levels.level_id, 'user'
    from moved
    inner join workflow.workflow_requests on workflow_requests.initiator_id = moved.user_id
    inner join workflow.approval_levels
        on approval_levels.request_id = workflow_requests.request_id
    where approval_levels.status <> 'PENDING';
    return null;
end
$$;
