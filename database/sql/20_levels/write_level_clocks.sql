-- Writes the clocks of some levels as they must be. Those outside all time that clocks can hold are
-- told in the quarantine; returned are levels whose instants no span holds yet, for the next tick.
create or replace function tat.write_level_clocks(
    p_levels uuid[], p_known_since timestamptz[], p_reopened uuid[], p_as_of timestamptz
)
returns uuid[]
language sql
begin atomic
    with computed as materialized (
        select clock
        from tat.compute_level_clocks(
            p_levels, p_known_since, p_reopened, p_as_of
        ) as clock
    ),

    unreadable as materialized (
        select
            computed.clock,
            tat.can_be_read((computed.clock).started_at, (computed.clock).halted_at, p_as_of)
                as can_be_read
        from computed
        where (computed.clock).start_clock is null
    ),

    outside as (
        insert into tat.quarantine (table_name, row_key, source_row, reasons)
        select
            'approval_levels',
            (unreadable.clock).level_id::text,
            to_jsonb(unreadable.clock) - 'derived_at',
            array['its start or end lies outside the time span that clocks can hold']
        from unreadable
        where not unreadable.can_be_read
        on conflict (table_name, row_digest) do nothing
    ),

    upserted as (
        insert into tat.level_clock (
            level_id,
            cycle,
            is_current,
            policy_id,
            calendar_id,
            state,
            started_at,
            halted_at,
            segment_started_at,
            start_clock,
            paused_clock,
            carried_clock,
            halted_clock,
            tat_us,
            due_at,
            breaches_at,
            next_threshold,
            next_due_clock,
            arrived_decided,
            known_since,
            changes_at,
            derived_at
        )
        select
            (computed.clock).level_id,
            (computed.clock).cycle,
            (computed.clock).is_current,
            (computed.clock).policy_id,
            (computed.clock).calendar_id,
            (computed.clock).state,
            (computed.clock).started_at,
            (computed.clock).halted_at,
            (computed.clock).segment_started_at,
            (computed.clock).start_clock,
            (computed.clock).paused_clock,
            (computed.clock).carried_clock,
            (computed.clock).halted_clock,
            (computed.clock).tat_us,
            tat.due_time(computed.clock, p_as_of),
            tat.breach_time(computed.clock, p_as_of),
            upcoming.threshold,
            upcoming.due_clock,
            (computed.clock).arrived_decided,
            (computed.clock).known_since,
            (computed.clock).changes_at,
            (computed.clock).derived_at
        from computed
        left join lateral tat.next_threshold(computed.clock, null) as upcoming on true
        where (computed.clock).start_clock is not null
        on conflict (level_id, cycle) do update
        set
            is_current = excluded.is_current,
            policy_id = excluded.policy_id,
            calendar_id = excluded.calendar_id,
            state = excluded.state,
            started_at = excluded.started_at,
            halted_at = excluded.halted_at,
            segment_started_at = excluded.segment_started_at,
            start_clock = excluded.start_clock,
            paused_clock = excluded.paused_clock,
            carried_clock = excluded.carried_clock,
            halted_clock = excluded.halted_clock,
            tat_us = excluded.tat_us,
            due_at = excluded.due_at,
            breaches_at = excluded.breaches_at,
            next_threshold = excluded.next_threshold,
            next_due_clock = excluded.next_due_clock,
            changes_at = excluded.changes_at,
            derived_at = excluded.derived_at
    )

    select array_agg((unreadable.clock).level_id)
    from unreadable
    where unreadable.can_be_read;
end;
