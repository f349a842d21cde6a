-- A level in progress without a start started when it was seen to. A row that its writer holds
-- stays as it is, and its change pending: nobody waits.
create or replace function tat.start_levels(p_limit integer) returns void
language sql
begin atomic
    with pending as (
        select pending_changes.level_id, pending_changes.changed_at
        from tat.pending_changes(p_limit) as pending_changes
    ),

    unstarted as (
        select approval_levels.level_id
        from workflow.approval_levels
        where approval_levels.status = 'IN_PROGRESS'
            and (
                approval_levels.tat_start_time is null
                or approval_levels.level_start_time is null
            )
            and approval_levels.level_id in (select pending.level_id from pending)
        for no key update skip locked
    ),

    seen as (
        select pending.level_id, max(pending.changed_at) as seen_at
        from pending
        inner join unstarted on unstarted.level_id = pending.level_id
        group by pending.level_id
    )

    update workflow.approval_levels
    set
        tat_start_time = coalesce(
            approval_levels.tat_start_time, approval_levels.level_start_time, seen.seen_at
        ),
        level_start_time = coalesce(
            approval_levels.level_start_time, approval_levels.tat_start_time, seen.seen_at
        )
    from seen
    where approval_levels.level_id = seen.level_id;
end;
