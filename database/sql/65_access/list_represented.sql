-- A person, and everybody whom they stand in for at p_at, through several delegates too.
create or replace function tat.list_represented(p_user_id uuid, p_at timestamptz)
returns setof uuid
language sql stable
begin atomic
    with recursive represented as (
        select users.user_id
        from workflow.users
        where users.user_id = p_user_id and users.is_active

        union

        select users.user_id
        from represented
        cross join lateral (
            select delegations.user_id
            from workflow.delegations
            where delegations.delegate_id = represented.user_id
            union all
            select reporting.user_id
            from workflow.users as reporting
            where reporting.reporting_manager_id = represented.user_id
                and not reporting.is_active
        ) as absent
        inner join workflow.users on users.user_id = absent.user_id
        where tat.stand_in(users, p_at) = represented.user_id
    )

    select represented.user_id from represented;
end;
comment on function tat.list_represented(uuid, timestamptz) is
'A person, and everybody whom they stand in for at that instant; nobody for one who has left.';
