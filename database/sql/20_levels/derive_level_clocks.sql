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
declare
    earliest timestamptz;
    latest timestamptz;
    levels_shifted integer;
begin
    perform tat.refresh_calendars(p_as_of);
    levels_derived := 0;
    changes_left := false;
    if not exists (select 1 from tat.level_change where drained_at is null) then
        return;
    end if;
    if exists (
        select 1
        from (
            select level_change.cause
            from tat.level_change
            where level_change.drained_at is null and level_change.change_id > 0
            order by level_change.change_id
            limit p_limit
        ) as pending
        where pending.cause = 'calendar'
    ) then
        levels_shifted := tat.shift_level_clocks(p_as_of, p_limit);
        if levels_shifted > 0 then
            levels_derived := levels_shifted;
            changes_left := exists (
                select 1
                from tat.level_change
                where drained_at is null
            );
            return;
        end if;
    end if;

    -- A level in progress without a start started when it was seen to.
    -- A row that its writer holds stays pending: nobody waits.
    perform set_config('tat.engine_writes', 'on', true);
    with pending as (
        select level_id, changed_at
        from tat.level_change
        where drained_at is null and change_id > 0
        order by change_id
        limit p_limit
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

    select
        min(least(started_at, halted_at, submitted_at)), max(greatest(started_at, halted_at))
    into earliest, latest
    from (
        select
            level_source.started_at,
            level_source.halted_at,
            case when level_source.submitted_at >= '1970-01-02' then level_source.submitted_at end
                as submitted_at
        from (
            select distinct pending.level_id
            from (
                select level_id
                from tat.level_change
                where drained_at is null and change_id > 0
                order by change_id
                limit p_limit
            ) as pending
        ) as touched
        inner join tat.level_source on level_source.level_id = touched.level_id
        where level_source.started_at >= '1970-01-02'
            and greatest(level_source.started_at, level_source.halted_at)
            < p_as_of + interval '2 years'
    ) as derivable;
    if earliest is not null then
        perform tat.extend_calendars(earliest::date - 1, latest::date + 2);
    end if;

    with pending as materialized (
        select
            change_id,
            level_id,
            changed_at,
            effective_at > p_as_of and (switches or cause = 'user') as is_ahead
        from tat.level_change
        where drained_at is null and change_id > 0
        order by change_id
        limit p_limit
    ),

    touched as materialized (
        select level_id, min(changed_at) as known_since from pending group by level_id
    ),

    -- A level's clock refers to its level: one whose row its writer holds waits for the next tick.
    free as materialized (
        select approval_levels.level_id
        from workflow.approval_levels
        where approval_levels.level_id in (select touched.level_id from touched)
        for key share skip locked
    ),

    -- The flags of a level that was opened again are set anew.
    reopened as materialized (
        select touched.level_id
        from touched
        where exists (
            select 1
            from tat.level_change
            where level_change.level_id = touched.level_id and level_change.closes_cycle
            offset 0
        )
    ),

    free_reopened as materialized (
        select approval_levels.level_id
        from workflow.approval_levels
        where approval_levels.level_id in (select reopened.level_id from reopened)
        for no key update skip locked
    ),

    open_pauses as materialized (
        select level_pauses.level_id, min(level_pauses.paused_at) as paused_at
        from workflow.level_pauses
        where level_pauses.resumed_at is null
            and level_pauses.level_id in (select touched.level_id from touched)
            and exists (
                select 1
                from tat.level_pause
                where level_pause.pause_id = level_pauses.pause_id
                    and level_pause.resumed_at is null
            )
        group by level_pauses.level_id
    ),

    lives as (
        select
            level_source.*,
            touched.known_since,
            touched.level_id in (select reopened.level_id from reopened) as is_reopened,
            touched.level_id not in (select free.level_id from free)
            or (
                touched.level_id in (select reopened.level_id from reopened)
                and touched.level_id not in (
                    select free_reopened.level_id
                    from free_reopened
                )
            )
            -- Levels in progress that are still without a start are locked by their writer.
            or (level_source.started_at is null and level_source.status = 'IN_PROGRESS')
                as is_locked
        from touched
        inner join tat.level_source on level_source.level_id = touched.level_id
    ),

    sources as (
        select
            lives.level_id,
            lives.known_since,
            lives.is_locked,
            cycles.cycle,
            cycles.is_current,
            lives.policy_id,
            lives.calendar_id,
            cycles.started_at,
            case
                when cycles.is_current then lives.budget
                else round(cycles.tat_hours * lives.seconds_per_tat_hour * 1000000)::bigint
            end as budget,
            case
                when not cycles.is_current then cycles.state
                when lives.state = 'running' and open_pauses.paused_at is not null
                    then 'paused'
                else lives.state
            end as state,
            case
                when not cycles.is_current then cycles.halted_at
                when lives.state <> 'running' then lives.halted_at
                when open_pauses.paused_at is not null
                    then greatest(open_pauses.paused_at, cycles.started_at)
            end as halted_at,
            exists (
                select 1
                from workflow.level_pauses
                where level_pauses.level_id = lives.level_id
                offset 0
            ) as has_pauses,
            exists (
                select 1
                from tat.level_change
                where level_change.level_id = lives.level_id and level_change.switches
                offset 0
            )
            or exists (
                select 1
                from tat.user_change
                where user_change.user_id = lives.approver_id
                    and user_change.effective_at > cycles.started_at
                offset 0
            )
            or exists (
                select 1
                from tat.user_change
                where user_change.user_id = lives.initiator_id
                    and user_change.effective_at > cycles.started_at
            ) as may_switch
        from lives
        left join open_pauses on open_pauses.level_id = lives.level_id
        cross join lateral (
            select
                1 as cycle,
                true as is_current,
                null as state,
                lives.started_at,
                null::timestamptz as halted_at,
                null::numeric as tat_hours
            where not lives.is_reopened
            union all
            select
                list_cycles.cycle,
                list_cycles.is_current,
                list_cycles.state,
                list_cycles.started_at,
                list_cycles.halted_at,
                list_cycles.tat_hours
            from tat.list_cycles(case when lives.is_reopened then lives.level_id end)
                as list_cycles
            where lives.is_reopened
        ) as cycles
        where not lives.is_locked and cycles.started_at is not null
    ),

    segments as (
        select
            sources.level_id,
            sources.known_since,
            sources.is_locked,
            sources.cycle,
            sources.is_current,
            sources.state,
            sources.started_at,
            sources.halted_at,
            sources.has_pauses,
            coalesce(latest_segment.policy_id, sources.policy_id) as policy_id,
            coalesce(latest_segment.calendar_id, sources.calendar_id) as calendar_id,
            coalesce(latest_segment.starts_at, sources.started_at) as segment_started_at,
            coalesce(latest_segment.carried, 0) as carried_clock,
            coalesce(latest_segment.scaled_budget, sources.budget) as budget
        from sources
        left join lateral (
            select
                segment.policy_id,
                segment.calendar_id,
                segment.starts_at,
                segment.carried,
                round(
                    sources.budget::numeric
                    * segment.seconds_per_tat_hour
                    / (
                        select policy.seconds_per_tat_hour
                        from tat.policy
                        where policy.policy_id = sources.policy_id
                    )
                )::bigint as scaled_budget
            from tat.list_segments(
                sources.level_id, sources.started_at, sources.halted_at, p_as_of
            ) as segment
            where sources.may_switch
            order by segment.segment desc
            limit 1
        ) as latest_segment on sources.may_switch
    ),

    readings as (
        select
            segments.*,
            tat.find_work_clock(segments.calendar_id, segments.segment_started_at)
                as start_clock,
            tat.find_work_clock(segments.calendar_id, segments.halted_at) as clock_at_halt,
            case
                when segments.has_pauses then tat.paused_clock(
                    segments.level_id,
                    segments.calendar_id,
                    segments.segment_started_at,
                    segments.halted_at
                )
                else 0
            end as paused_clock,
            segments.started_at >= '1970-01-02'
            and greatest(segments.started_at, segments.halted_at)
            < p_as_of + interval '2 years' as is_within_limits
        from segments
    ),

    -- Within the limits only a change that came after the spans were grown cannot be read yet.
    clocks as materialized (
        select
            readings.*,
            readings.start_clock is null
            or (readings.halted_at is not null and readings.clock_at_halt is null)
                as is_unreadable
        from readings
    ),

    halted as materialized (
        select
            clocks.*,
            case
                when clocks.state <> 'running'
                    then greatest(clocks.clock_at_halt, clocks.start_clock)
            end as halted_clock
        from clocks
        where not clocks.is_unreadable
    ),

    outside as (
        insert into tat.quarantine (table_name, row_key, source_row, reasons)
        select
            'approval_levels',
            clocks.level_id::text,
            to_jsonb(clocks),
            array['its start or end lies outside the time span that clocks can hold']
        from clocks
        where clocks.is_unreadable and not clocks.is_within_limits
        on conflict (table_name, row_digest) do nothing
    ),

    upserted as (
        insert into tat.level_clock as kept (
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
            budget,
            due_at,
            next_threshold,
            next_due_clock,
            arrived_decided,
            known_since,
            derived_at
        )
        select
            halted.level_id,
            halted.cycle,
            halted.is_current,
            halted.policy_id,
            halted.calendar_id,
            halted.state,
            halted.started_at,
            halted.halted_at,
            halted.segment_started_at,
            halted.start_clock,
            halted.paused_clock,
            halted.carried_clock,
            halted.halted_clock,
            halted.budget,
            case
                when halted.carried_clock > 0 and halted.budget <= halted.carried_clock
                    then tat.find_earlier_time(
                        halted.level_id,
                        halted.started_at,
                        halted.halted_at,
                        halted.policy_id,
                        halted.budget,
                        true,
                        p_as_of
                    )
                else tat.find_work_time(
                    halted.calendar_id,
                    case
                        when halted.paused_clock = 0
                            then halted.start_clock + halted.budget - halted.carried_clock
                        else tat.due_clock(
                            halted.level_id,
                            halted.calendar_id,
                            halted.segment_started_at,
                            halted.halted_at,
                            halted.start_clock,
                            halted.budget - halted.carried_clock
                        )
                    end
                )
            end,
            upcoming.slot,
            upcoming.due_clock,
            halted.state = 'stopped',
            halted.known_since,
            p_as_of
        from halted
        left join lateral (
            select level_threshold.slot, level_threshold.due_clock
            from tat.level_thresholds(
                halted.level_id,
                halted.policy_id,
                halted.calendar_id,
                halted.segment_started_at,
                halted.halted_at,
                halted.start_clock,
                halted.paused_clock,
                halted.carried_clock,
                halted.budget
            ) as level_threshold
            where halted.state <> 'cancelled'
                and (
                    halted.halted_clock is null
                    or level_threshold.due_clock < halted.halted_clock
                )
                and not exists (
                    select 1
                    from tat.tat_alerts
                    where tat_alerts.level_id = halted.level_id
                        and tat_alerts.cycle = halted.cycle
                        and tat_alerts.alert_type = level_threshold.alert_type
                )
            order by level_threshold.due_clock, level_threshold.slot
            limit 1
        ) as upcoming on true
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
            budget = excluded.budget,
            due_at = excluded.due_at,
            next_threshold = excluded.next_threshold,
            next_due_clock = excluded.next_due_clock,
            derived_at = excluded.derived_at
        returning kept.*
    ),

    completed as (
        update tat.tat_alerts
        set
            completion_time = case when upserted.state = 'stopped' then upserted.halted_at end,
            was_completed_on_time = case
                when upserted.state = 'stopped' then
                    upserted.halted_clock
                    - upserted.start_clock
                    - upserted.paused_clock
                    + upserted.carried_clock
                    <= upserted.budget
            end
        from upserted
        where tat_alerts.level_id = upserted.level_id
            and tat_alerts.cycle = upserted.cycle
            and (tat_alerts.completion_time, tat_alerts.was_completed_on_time)
            is distinct from (
                case when upserted.state = 'stopped' then upserted.halted_at end,
                case
                    when upserted.state = 'stopped' then
                        upserted.halted_clock
                        - upserted.start_clock
                        - upserted.paused_clock
                        + upserted.carried_clock
                        <= upserted.budget
                end
            )
    ),

    -- The flags say what was sent in the current cycle.
    flagged as (
        update workflow.approval_levels
        set
            tat50_alert_sent = sent.has_50,
            tat75_alert_sent = sent.has_75,
            tat_breached = sent.has_100
        from upserted
        cross join lateral (
            select
                coalesce(bool_or(tat_alerts.alert_type = 'TAT_50'), false) as has_50,
                coalesce(bool_or(tat_alerts.alert_type = 'TAT_75'), false) as has_75,
                coalesce(bool_or(tat_alerts.alert_type = 'TAT_100'), false) as has_100
            from tat.tat_alerts
            where tat_alerts.level_id = upserted.level_id
                and tat_alerts.cycle = upserted.cycle
        ) as sent
        where approval_levels.level_id = upserted.level_id
            and upserted.is_current
            and upserted.cycle > 1
            and (
                approval_levels.tat50_alert_sent,
                approval_levels.tat75_alert_sent,
                approval_levels.tat_breached
            ) is distinct from (sent.has_50, sent.has_75, sent.has_100)
    ),

    drainable as materialized (
        select pending.change_id
        from pending
        -- What lies ahead of a clock that was set back is derived once it has come.
        where not pending.is_ahead
        -- A hashed subplan: an anti join without hash joins is quadratic.
        and pending.level_id not in (
            select lives.level_id
            from lives
            where lives.is_locked
            union all
            select clocks.level_id
            from clocks
            where clocks.is_unreadable and clocks.is_within_limits
        )
    ),

    forgotten as (
        delete from tat.level_change
        using drainable
        where level_change.change_id = drainable.change_id
            and level_change.old_status is null
            and level_change.old_priority is null
    ),

    kept_as_history as (
        update tat.level_change
        set drained_at = clock_timestamp()
        from drainable
        where level_change.change_id = drainable.change_id
            and (
                level_change.old_status is not null or level_change.old_priority is not null
            )
    )

    select (select count(*) from touched), (select count(*) from drainable) >= p_limit
    into levels_derived, changes_left;
    perform set_config('tat.engine_writes', '', true);
end
$$;
comment on function tat.derive_level_clocks(timestamptz, integer) is
'Brings level clocks up to their source rows: the one derivation, for every tick and load.';
