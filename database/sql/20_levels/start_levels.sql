-- A level in progress without a start started when it was seen to. Returns those that stay without one,
-- as their writer holds the row: nobody waits.
create or replace function tat.start_levels(p_levels uuid[], p_seen_at timestamptz[])
returns uuid[]
language sql
begin atomic
    with unstarted as materialized (
        select
            approval_levels.level_id,
            seen.seen_at,
            coalesce(approval_levels.tat_start_time, approval_levels.level_start_time)
                as started_at
        from unnest(p_levels, p_seen_at) as seen (level_id, seen_at)
        inner join workflow.approval_levels on approval_levels.level_id = seen.level_id
        where approval_levels.status = 'IN_PROGRESS'
            and (
                approval_levels.tat_start_time is null
                or approval_levels.level_start_time is null
            )
    ),

    free as materialized (
        select approval_levels.level_id
        from workflow.approval_levels
        where approval_levels.level_id in (select unstarted.level_id from unstarted)
        for no key update skip locked
    ),

    started as (
        update workflow.approval_levels
        set
            tat_start_time = coalesce(
                approval_levels.tat_start_time,
                approval_levels.level_start_time,
                unstarted.seen_at
            ),
            level_start_time = coalesce(
                approval_levels.level_start_time,
                approval_levels.tat_start_time,
                unstarted.seen_at
            )
        from unstarted
        inner join free on free.level_id = unstarted.level_id
        where approval_levels.level_id = unstarted.level_id
    )

    select array_agg(unstarted.level_id)
    from unstarted
    where unstarted.started_at is null
        and unstarted.level_id not in (select free.level_id from free);
end;
