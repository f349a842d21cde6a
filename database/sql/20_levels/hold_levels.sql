-- Locks the rows of levels whose clocks are to be written, as far as nobody else holds them; returns
-- those that somebody does. A clock refers to its level, and the flags of a level that was opened
-- again are set anew.
create or replace function tat.hold_levels(p_levels uuid[], p_reopened uuid[])
returns uuid[]
language sql
begin atomic
    with free as materialized (
        select approval_levels.level_id
        from workflow.approval_levels
        where approval_levels.level_id in (select unnest(p_levels))
        for key share skip locked
    ),

    free_reopened as materialized (
        select approval_levels.level_id
        from workflow.approval_levels
        where approval_levels.level_id in (select unnest(p_reopened))
        for no key update skip locked
    )

    select array_agg(approval_levels.level_id)
    from workflow.approval_levels
    where approval_levels.level_id in (
        select held.level_id
        from unnest(p_levels) as held (level_id)
        where held.level_id not in (select free.level_id from free)
        union
        select held.level_id
        from unnest(p_reopened) as held (level_id)
        where held.level_id not in (select free_reopened.level_id from free_reopened)
    );
end;
