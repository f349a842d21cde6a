-- Moves clocks that a calendar alone moved: running, never paused, on one calendar all along.
-- What they are and which thresholds they crossed stays; start, due instant, breach and next point
-- shift.
create or replace function tat.shift_level_clocks(p_as_of timestamptz, p_limit integer)
returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    levels_shifted integer;
begin
    with pending as materialized (
        select change_id, level_id, cause
        from tat.pending_changes(p_limit)
    ),

    shifted as (
        update tat.level_clock
        set
            start_clock = moved.start_clock,
            next_due_clock = level_clock.next_due_clock
            + moved.start_clock
            - level_clock.start_clock,
            due_at = tat.find_work_time(
                level_clock.calendar_id, moved.start_clock + level_clock.tat_us
            ),
            breaches_at = tat.find_crossing_time(
                level_clock.calendar_id, moved.start_clock + level_clock.tat_us
            ),
            derived_at = p_as_of
        from (
            select
                simple.level_id,
                simple.cycle,
                simple.start_clock
            from (
                select
                    level_clock.level_id,
                    level_clock.cycle,
                    tat.find_work_clock(level_clock.calendar_id, level_clock.started_at)
                        as start_clock
                from tat.level_clock
                where level_clock.level_id in (
                    select pending.level_id
                    from pending
                    where pending.cause = 'calendar'
                )
                    and level_clock.state = 'running'
                    and level_clock.cycle = 1
                    and level_clock.paused_clock = 0
                    and level_clock.segment_started_at = level_clock.started_at
                    and not exists (
                        select 1
                        from workflow.level_pauses
                        where level_pauses.level_id = level_clock.level_id
                        offset 0
                    )
                    and not exists (
                        select 1
                        from tat.level_change
                        where level_change.level_id = level_clock.level_id
                            and level_change.drained_at is null
                            and level_change.cause <> 'calendar'
                        offset 0
                    )
                for update of level_clock skip locked
            ) as simple
            offset 0
        ) as moved
        where level_clock.level_id = moved.level_id
            and level_clock.cycle = moved.cycle
            and moved.start_clock is not null
        returning level_clock.level_id
    ),

    drained as (
        delete from tat.level_change
        where level_change.change_id = any(array(
            select pending.change_id
            from pending
            -- A hashed subplan: a semi join without hash joins is quadratic.
            where (pending.level_id in (select shifted.level_id from shifted)) is true
        ))
    )

    select count(*) into levels_shifted
    from shifted;
    return levels_shifted;
end
$$;
