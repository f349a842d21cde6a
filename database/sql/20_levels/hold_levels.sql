-- Locks the rows of levels whose clocks are to be written, as far as nobody else holds them; returns
-- those that somebody does. A clock refers to its level, and the flags of a level that was opened
-- again are set anew.
create or replace function tat.hold_levels(p_levels uuid[]) returns uuid[]
language sql
begin atomic
    with touched as materialized (
        select unnest(p_levels) as level_id
    ),

    free as materialized (
        select approval_levels.level_id
        from workflow.approval_levels
        where approval_levels.level_id in (select touched.level_id from touched)
        for key share skip locked
    ),

    reopened as materialized (
        select touched.level_id
        from touched
        where tat.is_reopened(touched.level_id)
    ),

    free_reopened as materialized (
        select approval_levels.level_id
        from workflow.approval_levels
        where approval_levels.level_id in (select reopened.level_id from reopened)
        for no key update skip locked
    )

    select array_agg(approval_levels.level_id)
    from touched
    inner join workflow.approval_levels on approval_levels.level_id = touched.level_id
    where touched.level_id not in (select free.level_id from free)
        or (
            touched.level_id in (select reopened.level_id from reopened)
            and touched.level_id not in (
                select free_reopened.level_id
                from free_reopened
            )
        );
end;
