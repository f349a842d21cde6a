-- The department and location that a user had at an instant: what the next move after it left.
create or replace function tat.user_place(p_user_id uuid, p_at timestamptz)
returns table (department text, location text)
language sql stable
begin atomic
    select
        case when next_move.change_id is null then users.department else next_move.old_department end,
        case when next_move.change_id is null then users.location else next_move.old_location end
    from workflow.users
    left join lateral (
        select
            user_change.change_id,
            user_change.old_department,
            user_change.old_location
        from tat.user_change
        where user_change.user_id = users.user_id and user_change.effective_at > p_at
        order by user_change.effective_at, user_change.change_id
        limit 1
    ) as next_move on true
    where users.user_id = p_user_id;
end;
