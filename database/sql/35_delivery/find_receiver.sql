-- Who is told in the end, where delegates are away themselves. The person asked for, if nobody else
-- is left: delegates and managers may be a circle.
create or replace function tat.find_receiver(p_user_id uuid, p_at timestamptz)
returns uuid
language sql stable
begin atomic
    with recursive passed_on as (
        select users.user_id, tat.stand_in(users, p_at) as next_id
        from workflow.users
        where users.user_id = p_user_id

        union all

        select users.user_id, tat.stand_in(users, p_at)
        from passed_on
        inner join workflow.users on users.user_id = passed_on.next_id
    ) cycle user_id set is_circle using path

    select coalesce(
        (
            select passed_on.user_id
            from passed_on
            where passed_on.next_id is null and not passed_on.is_circle
        ),
        p_user_id
    );
end;
