-- The derivation of clocks from lives, and what marks levels for it.

-- Statistics know nothing of a million changes captured a moment ago. Whoever looks for the changes
-- of one level must not walk all that wait: only the derivation, which says so, may use this index,
-- and `offset 0` keeps a question about one level a probe by index, never a join that reads them all.
drop index tat.level_change_pending;
create index level_change_pending on tat.level_change (change_id)
where drained_at is null and change_id > 0;

create or replace function tat.capture_policy_change() returns trigger
language plpgsql security definer
as $$
begin
    insert into tat.level_change (level_id, cause)
    select level_id, 'policy' from tat.level_clock where is_current;
    return null;
end
$$;

drop trigger capture_policy_change on tat.policy;
create trigger capture_policy_change
after insert or update or delete on tat.policy
for each statement
execute function tat.capture_policy_change();

create function tat.capture_variant_change() returns trigger
language plpgsql security definer
as $$
begin
    insert into tat.level_change (level_id, cause)
    select level_clock.level_id, 'policy'
    from tat.level_clock
    where level_clock.is_current
        and exists (select 1 from changed_calendars where variant_of is not null);
    return null;
end
$$;

create trigger capture_variant_insert
after insert on tat.calendar
referencing new table as changed_calendars
for each statement
execute function tat.capture_variant_change();

create trigger capture_variant_delete
after delete on tat.calendar
referencing old table as changed_calendars
for each statement
execute function tat.capture_variant_change();

-- A calendar that is new or serves others now: whoever it may concern is chosen again.
create trigger capture_variant_update
after update of variant_of, department, location on tat.calendar
for each statement
execute function tat.capture_policy_change();

-- Generates one calendar over [p_from, p_to); marks the levels whose clock or due instant may have moved.
create or replace function tat.regenerate_calendar(
    p_calendar_id integer, p_from date, p_to date
)
returns boolean
language plpgsql security definer
set client_min_messages = warning
as $$
declare
    kept tat.calendar;
    is_changed boolean;
    first_difference timestamptz;
begin
    select calendar.* into strict kept
    from tat.calendar
    where calendar.calendar_id = p_calendar_id
    for update;
    kept.anchor_on := coalesce(kept.anchor_on, p_from);

    create temporary table if not exists fresh_interval (
        starts_at timestamptz,
        ends_at timestamptz,
        clock_at_start bigint,
        is_span_end boolean
    ) on commit drop;
    truncate pg_temp.fresh_interval;
    insert into pg_temp.fresh_interval
    select generated.*
    from tat.generate_work_intervals(p_calendar_id, p_from, p_to, kept.anchor_on) as generated;

    select
        count(*) > 0,
        min(difference.starts_at) filter (
            where difference.starts_at < difference.ends_at
                and difference.starts_at
                >= kept.span_starts_on::timestamp at time zone kept.time_zone
                and not (
                    kept.is_always_open
                    and difference.clock_at_start = tat.microseconds_between(
                        'epoch'::timestamptz, difference.starts_at
                    )
                )
        )
    into is_changed, first_difference
    from (
        (
            select starts_at, ends_at, clock_at_start, is_span_end
            from tat.work_interval
            where calendar_id = p_calendar_id
            except
            select * from pg_temp.fresh_interval
        )
        union all
        (
            select * from pg_temp.fresh_interval
            except
            select starts_at, ends_at, clock_at_start, is_span_end
            from tat.work_interval
            where calendar_id = p_calendar_id
        )
    ) as difference;

    if not is_changed then
        return false;
    end if;

    delete from tat.work_interval where calendar_id = p_calendar_id;
    insert into tat.work_interval (
        calendar_id, starts_at, ends_at, clock_at_start, is_span_end
    )
    select p_calendar_id, starts_at, ends_at, clock_at_start, is_span_end
    from pg_temp.fresh_interval;
    update tat.calendar
    set
        span_starts_on = p_from,
        span_ends_on = p_to,
        anchor_on = kept.anchor_on,
        revision = kept.revision + case
            when first_difference < kept.span_ends_on::timestamp at time zone kept.time_zone
                then 1
            else 0
        end
    where calendar_id = p_calendar_id;

    insert into tat.level_change (level_id, cause)
    select level_id, 'calendar'
    from tat.level_clock
    where (
        calendar_id = p_calendar_id
        and (
            due_at is null
            or (halted_at is null and paused_clock > 0)
            or greatest(due_at, started_at, halted_at) >= first_difference
        )
    )
    -- Earlier segments may have run on it.
    or segment_started_at > started_at;
    return true;
end
$$;

-- Moves clocks that a calendar alone moved: running, never paused, on one calendar all their life.
-- What they are and which thresholds they crossed stays; start, due instant and next point shift.
create function tat.shift_level_clocks(p_as_of timestamptz, p_limit integer) returns integer
language plpgsql security definer
as $$
declare
    levels_shifted integer;
begin
    with pending as materialized (
        select change_id, level_id, cause
        from tat.level_change
        where drained_at is null and change_id > 0
        order by change_id
        limit p_limit
    ),

    shifted as (
        update tat.level_clock
        set
            start_clock = moved.start_clock,
            next_due_clock = level_clock.next_due_clock
            + moved.start_clock
            - level_clock.start_clock,
            due_at = tat.find_work_time(
                level_clock.calendar_id, moved.start_clock + level_clock.budget
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

-- Derives the clocks of levels with captured changes, at most p_limit changes at a time.
-- Returns how many levels were derived and whether more changes wait.
create or replace function tat.derive_level_clocks(
    p_as_of timestamptz,
    p_limit integer default 50000,
    out levels_derived integer,
    out changes_left boolean
)
language plpgsql security definer
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

create or replace view tat.level_status as
with present as materialized (
    select
        calendar.calendar_id,
        tat.work_clock(calendar.calendar_id, tat.as_of()) as clock_now
    from tat.calendar
),

progress as (
    select
        level_clock.level_id,
        level_clock.cycle,
        level_clock.state,
        level_clock.calendar_id,
        level_clock.started_at,
        level_clock.halted_at,
        level_clock.due_at,
        level_clock.budget,
        policy.seconds_per_tat_hour,
        greatest(
            coalesce(level_clock.halted_clock, present.clock_now)
            - level_clock.start_clock
            - level_clock.paused_clock
            + level_clock.carried_clock,
            0
        ) as elapsed
    from tat.level_clock
    inner join present on present.calendar_id = level_clock.calendar_id
    inner join tat.policy on policy.policy_id = level_clock.policy_id
    where level_clock.is_current
)

select
    level_id,
    cycle,
    state,
    (elapsed / 1000000.0)::numeric(18, 6) as elapsed_seconds,
    (budget / 1000000.0)::numeric(18, 6) as tat_seconds,
    due_at,
    state <> 'cancelled' and elapsed > budget as is_breached,
    calendar_id,
    started_at,
    halted_at,
    seconds_per_tat_hour
from progress;
comment on view tat.level_status is
'One row per started level: elapsed and allowed seconds of its current cycle on its own clock, when it is due, whether it is breached.';

-- What elapsed on a level's clock between two instants of one cycle, in microseconds.
create function tat.measure_elapsed(
    p_level_id uuid, p_from timestamptz, p_until timestamptz
)
returns bigint
language sql stable security definer
begin atomic
    select coalesce(sum(segment.elapsed), 0)::bigint
    from tat.list_segments(p_level_id, p_from, p_until, p_until) as segment;
end;
comment on function tat.measure_elapsed(uuid, timestamptz, timestamptz) is
'Working microseconds of a level between two instants, pauses left out, each stretch on the calendar of its time.';

-- Who held a level how long.
create view tat.level_holder as
with reassignments as (
    select
        level_clock.level_id,
        level_clock.cycle,
        level_change.change_id,
        level_change.effective_at,
        level_change.old_approver_id
    from tat.level_change
    inner join tat.level_clock on level_clock.level_id = level_change.level_id
    where level_change.switches
        and level_change.old_approver_id <> level_change.new_approver_id
        and level_change.effective_at > level_clock.started_at
        and level_change.effective_at
        < case
            when level_clock.state in ('stopped', 'cancelled') then level_clock.halted_at
            else 'infinity'
        end
),

changed_hands as (
    select
        level_clock.level_id,
        level_clock.cycle,
        level_clock.started_at,
        level_clock.halted_at,
        level_clock.state,
        case
            when level_clock.state in ('stopped', 'cancelled') then level_clock.halted_at
        end as ended_at,
        exists (
            select 1
            from tat.level_change
            where level_change.level_id = level_clock.level_id
                and level_change.switches
                and level_change.old_approver_id <> level_change.new_approver_id
        ) as has_changed
    from tat.level_clock
),

stretches as (
    select
        changed_hands.level_id,
        changed_hands.cycle,
        changed_hands.started_at as held_from
    from changed_hands
    where changed_hands.has_changed
    union
    select reassignments.level_id, reassignments.cycle, reassignments.effective_at
    from reassignments
),

holders as (
    select
        stretches.level_id,
        stretches.cycle,
        stretches.held_from,
        lead(stretches.held_from, 1, changed_hands.ended_at) over (
            partition by stretches.level_id, stretches.cycle
            order by stretches.held_from
        ) as held_until,
        coalesce(
            (
                select level_change.old_approver_id
                from tat.level_change
                where level_change.level_id = stretches.level_id
                    and level_change.switches
                    and level_change.old_approver_id <> level_change.new_approver_id
                    and level_change.effective_at > stretches.held_from
                order by level_change.effective_at, level_change.change_id
                limit 1
            ),
            approval_levels.approver_id
        ) as approver_id
    from stretches
    inner join changed_hands
        on changed_hands.level_id = stretches.level_id
        and changed_hands.cycle = stretches.cycle
    inner join workflow.approval_levels
        on approval_levels.level_id = stretches.level_id
)

select
    holders.level_id,
    holders.cycle,
    holders.approver_id,
    holders.held_from,
    holders.held_until,
    (
        tat.measure_elapsed(
            holders.level_id,
            holders.held_from,
            coalesce(holders.held_until, tat.as_of())
        ) / 1000000.0
    )::numeric(18, 6) as held_seconds
from holders
union all
select
    changed_hands.level_id,
    changed_hands.cycle,
    approval_levels.approver_id,
    changed_hands.started_at,
    changed_hands.ended_at,
    (
        greatest(
            coalesce(
                level_clock.halted_clock,
                tat.work_clock(level_clock.calendar_id, tat.as_of())
            )
            - level_clock.start_clock
            - level_clock.paused_clock
            + level_clock.carried_clock,
            0
        ) / 1000000.0
    )::numeric(18, 6)
from changed_hands
inner join tat.level_clock
    on level_clock.level_id = changed_hands.level_id
    and level_clock.cycle = changed_hands.cycle
inner join workflow.approval_levels
    on approval_levels.level_id = changed_hands.level_id
where not changed_hands.has_changed;
comment on view tat.level_holder is
'One row per level, cycle and stretch in one approver''s hands, with the working seconds of the level''s own clock in it.';

grant select on
tat.level_status, tat.level_source, tat.level_pause, tat.level_holder
to tat_engine, tat_dbt, tat_ingest;
