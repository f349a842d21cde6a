-- One batch of changes that wait: those that may be drained with their levels, and the levels of all,
-- with when they were first and last seen. What lies ahead of a clock that was set back is derived once
-- it has come.
create or replace function tat.list_pending_levels(
    p_as_of timestamptz,
    p_limit integer,
    out change_ids bigint[],
    out change_levels uuid[],
    out level_ids uuid[],
    out known_since timestamptz[],
    out seen_at timestamptz[]
)
language sql stable
begin atomic
    with pending as materialized (
        select pending_changes.*
        from tat.pending_changes(p_limit) as pending_changes
    ),

    drainable as (
        select
            array_agg(pending.change_id) as change_ids,
            array_agg(pending.level_id) as change_levels
        from pending
        where not (
            pending.effective_at > p_as_of and (pending.switches or pending.cause = 'user')
        )
    ),

    touched as (
        select
            array_agg(seen.level_id) as level_ids,
            array_agg(seen.known_since) as known_since,
            array_agg(seen.seen_at) as seen_at
        from (
            select
                pending.level_id,
                min(pending.changed_at) as known_since,
                max(pending.changed_at) as seen_at
            from pending
            group by pending.level_id
        ) as seen
    )

    select drainable.*, touched.*
    from drainable
    cross join touched;
end;
