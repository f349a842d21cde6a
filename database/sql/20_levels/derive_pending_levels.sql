-- Derives the clocks of one batch of changes: holds the levels, writes their clocks and what follows
-- from them, and drains the changes. Levels that somebody else holds keep theirs for the next tick.
-- Returns how many levels the batch had and how many changes were drained.
create or replace function tat.derive_pending_levels(
    p_as_of timestamptz, p_limit integer, out levels integer, out changes integer
)
language plpgsql
as $$
declare
    change_ids bigint[];
    change_levels uuid[];
    level_ids uuid[];
    known_since timestamptz[];
    waiting uuid[];
begin
    -- One statement: a change that is captured meanwhile is in none of the lists.
    with pending as materialized (
        select pending_changes.*
        from tat.pending_changes(p_limit) as pending_changes
    ),

    -- What lies ahead of a clock that was set back is derived once it has come.
    drainable as (
        select pending.change_id, pending.level_id
        from pending
        where not (
            pending.effective_at > p_as_of and (pending.switches or pending.cause = 'user')
        )
    ),

    touched as (
        select pending.level_id, min(pending.changed_at) as known_since
        from pending
        group by pending.level_id
    )

    select batch.*, listed.*
    into change_ids, change_levels, level_ids, known_since
    from (
        select array_agg(drainable.change_id), array_agg(drainable.level_id)
        from drainable
    ) as batch
    cross join (
        select array_agg(touched.level_id), array_agg(touched.known_since)
        from touched
    ) as listed;
    levels := coalesce(cardinality(level_ids), 0);

    waiting := tat.hold_levels(level_ids);
    if waiting is not null then
        select array_agg(held.level_id), array_agg(held.since)
        into level_ids, known_since
        from unnest(level_ids, known_since) as held (level_id, since)
        where held.level_id not in (select unnest(waiting));
    end if;

    waiting := waiting
        || tat.list_unstarted(level_ids)
        || tat.write_level_clocks(level_ids, known_since, p_as_of);
    perform tat.complete_alerts(level_ids);
    perform tat.set_alert_flags(array(
        select level_clock.level_id
        from unnest(level_ids) as touched (level_id)
        inner join tat.level_clock on level_clock.level_id = touched.level_id
        where level_clock.is_current and level_clock.cycle > 1
    ));

    if waiting is not null then
        select array_agg(done.change_id)
        into change_ids
        from unnest(change_ids, change_levels) as done (change_id, level_id)
        where done.level_id not in (select unnest(waiting));
    end if;
    perform tat.drain_changes(change_ids);
    changes := coalesce(cardinality(change_ids), 0);
end
$$;
