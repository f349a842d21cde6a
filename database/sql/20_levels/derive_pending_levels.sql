-- Derives the clocks of one batch of changes: holds the levels, writes their clocks and what follows
-- from them, and drains the changes. Levels that somebody else holds keep theirs for the next tick.
-- A change that is captured after the batch was listed is in the next one.
-- Returns how many levels the batch had and how many changes were drained.
create or replace function tat.derive_pending_levels(
    p_as_of timestamptz, p_limit integer, out levels integer, out changes integer
)
language plpgsql
as $$
declare
    batch record;
    reopened uuid[];
    waiting uuid[];
begin
    batch := tat.list_pending_levels(p_as_of, p_limit);
    levels := coalesce(cardinality(batch.level_ids), 0);
    waiting := tat.start_levels(batch.level_ids, batch.seen_at);
    perform tat.cover_levels(batch.level_ids, p_as_of);

    reopened := tat.list_reopened(batch.level_ids);
    waiting := waiting || tat.hold_levels(batch.level_ids, reopened);
    if waiting is not null then
        select array_agg(held.level_id), array_agg(held.since)
        into batch.level_ids, batch.known_since
        from unnest(batch.level_ids, batch.known_since) as held (level_id, since)
        where held.level_id not in (select unnest(waiting));
    end if;

    waiting := waiting || tat.write_level_clocks(
        batch.level_ids, batch.known_since, reopened, p_as_of
    );
    perform tat.complete_alerts(batch.level_ids);
    perform tat.set_alert_flags(array(
        select touched.level_id
        from unnest(batch.level_ids) as touched (level_id)
        where touched.level_id in (select unnest(reopened))
    ));

    if waiting is not null then
        select array_agg(done.change_id)
        into batch.change_ids
        from unnest(batch.change_ids, batch.change_levels) as done (change_id, level_id)
        where done.level_id not in (select unnest(waiting));
    end if;
    perform tat.drain_changes(batch.change_ids);
    changes := coalesce(cardinality(batch.change_ids), 0);
end
$$;
