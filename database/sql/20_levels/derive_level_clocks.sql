-- Derives the clocks of levels with captured changes, at most p_limit changes at a time.
-- Returns how many levels were derived and whether more changes wait.
create or replace function tat.derive_level_clocks(
    p_as_of timestamptz,
    p_limit integer default 50000,
    out levels_derived integer,
    out changes_left boolean
)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- Few levels change between two ticks, whatever the statistics say of a bulk load before:
-- reach them by index.
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
begin
    perform tat.refresh_calendars(p_as_of);
    perform tat.queue_planned_changes(p_as_of);
    levels_derived := 0;
    changes_left := false;
    if not exists (select 1 from tat.level_change where drained_at is null) then
        return;
    end if;
    if exists (select 1 from tat.pending_changes(p_limit) where cause = 'calendar') then
        levels_derived := tat.shift_level_clocks(p_as_of, p_limit);
    end if;
    if levels_derived > 0 then
        changes_left := exists (select 1 from tat.level_change where drained_at is null);
        return;
    end if;

    perform set_config('tat.engine_writes', 'on', true);
    select derived.levels, derived.changes >= p_limit
    into levels_derived, changes_left
    from tat.derive_pending_levels(p_as_of, p_limit) as derived;
    perform set_config('tat.engine_writes', '', true);
end
$$;
comment on function tat.derive_level_clocks(timestamptz, integer) is
'Brings level clocks up to their source rows: the one derivation, for every tick and load.';
