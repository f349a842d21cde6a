-- What changed, captured without logic; and the one derivation of level clocks from it.
create table tat.level_change (
    change_id bigint generated always as identity primary key,
    level_id uuid not null,
    cause text not null check (
        cause in ('level', 'request', 'pause', 'calendar', 'policy')
    ),
    changed_at timestamptz not null default now(),
    old_status text,
    new_status text,
    old_approver_id uuid,
    new_approver_id uuid,
    old_tat_hours numeric(10, 2),
    new_tat_hours numeric(10, 2),
    old_priority text,
    new_priority text,
    drained_at timestamptz
);
create index level_change_pending on tat.level_change (change_id) where drained_at is null;
create index level_change_level on tat.level_change (level_id) where drained_at is null;
create index level_change_history on tat.level_change (level_id, change_id)
where drained_at is not null;
comment on table tat.level_change is
'What changed and waits to be derived; once drained, what has a before and an after stays as history.';

create table tat.calendar_change (
    changed_at timestamptz not null default now()
);
comment on table tat.calendar_change is 'A row here makes the next tick generate the calendars again.';

create function tat.capture_level_insert() returns trigger
language plpgsql security definer
as $$
begin
    insert into tat.level_change (
        level_id, cause, new_status, new_approver_id, new_tat_hours
    )
    select level_id, 'level', status, approver_id, tat_hours
    from new_levels
    where status <> 'PENDING';
    return null;
end
$$;

create function tat.capture_level_update() returns trigger
language plpgsql security definer
as $$
begin
    insert into tat.level_change (
        level_id,
        cause,
        old_status,
        new_status,
        old_approver_id,
        new_approver_id,
        old_tat_hours,
        new_tat_hours
    )
    select
        new_levels.level_id,
        'level',
        old_levels.status,
        new_levels.status,
        old_levels.approver_id,
        new_levels.approver_id,
        old_levels.tat_hours,
        new_levels.tat_hours
    from new_levels
    inner join old_levels using (level_id)
    where (
        old_levels.request_id,
        old_levels.approver_id,
        old_levels.status,
        old_levels.tat_hours,
        old_levels.level_start_time,
        old_levels.tat_start_time,
        old_levels.level_end_time,
        old_levels.action_date,
        old_levels.is_skipped,
        old_levels.skipped_at
    ) is distinct from (
        new_levels.request_id,
        new_levels.approver_id,
        new_levels.status,
        new_levels.tat_hours,
        new_levels.level_start_time,
        new_levels.tat_start_time,
        new_levels.level_end_time,
        new_levels.action_date,
        new_levels.is_skipped,
        new_levels.skipped_at
    );
    return null;
end
$$;

create function tat.capture_request_update() returns trigger
language plpgsql security definer
as $$
begin
    insert into tat.level_change (level_id, cause, old_priority, new_priority)
    select
        approval_levels.level_id,
        'request',
        nullif(old_requests.priority, new_requests.priority),
        nullif(new_requests.priority, old_requests.priority)
    from new_requests
    inner join old_requests using (request_id)
    inner join workflow.approval_levels using (request_id)
    where approval_levels.status <> 'PENDING'
        and (
            old_requests.priority,
            old_requests.status,
            old_requests.is_draft,
            old_requests.is_deleted,
            old_requests.closure_date
        ) is distinct from (
            new_requests.priority,
            new_requests.status,
            new_requests.is_draft,
            new_requests.is_deleted,
            new_requests.closure_date
        );
    return null;
end
$$;

create function tat.capture_pause_change() returns trigger
language plpgsql security definer
as $$
begin
    insert into tat.level_change (level_id, cause)
    select distinct level_id, 'pause' from changed_pauses;
    return null;
end
$$;

create function tat.capture_policy_change() returns trigger
language plpgsql security definer
as $$
begin
    insert into tat.level_change (level_id, cause)
    select level_id, 'policy' from tat.level_clock;
    return null;
end
$$;

create function tat.capture_calendar_change() returns trigger
language plpgsql security definer
as $$
begin
    insert into tat.calendar_change default values;
    return null;
end
$$;

create trigger capture_level_insert
after insert on workflow.approval_levels
referencing new table as new_levels
for each statement
execute function tat.capture_level_insert();

-- The engine's own writes are not news to it.
create trigger capture_level_update
after update on workflow.approval_levels
referencing old table as old_levels new table as new_levels
for each statement
when (current_setting('tat.engine_writes', true) is distinct from 'on')
execute function tat.capture_level_update();

create trigger capture_request_update
after update on workflow.workflow_requests
referencing old table as old_requests new table as new_requests
for each statement
execute function tat.capture_request_update();

create trigger capture_pause_insert
after insert on workflow.level_pauses
referencing new table as changed_pauses
for each statement
execute function tat.capture_pause_change();

create trigger capture_pause_update
after update on workflow.level_pauses
referencing new table as changed_pauses
for each statement
execute function tat.capture_pause_change();

create trigger capture_pause_delete
after delete on workflow.level_pauses
referencing old table as changed_pauses
for each statement
execute function tat.capture_pause_change();

create trigger capture_policy_change
after update on tat.policy
for each statement
execute function tat.capture_policy_change();

create trigger capture_threshold_change
after insert or update or delete on tat.policy_threshold
for each statement
execute function tat.capture_policy_change();

create trigger capture_calendar_windows
after insert or update or delete on tat.weekly_window
for each statement
execute function tat.capture_calendar_change();

create trigger capture_calendar_holidays
after insert or update or delete on workflow.holidays
for each statement
execute function tat.capture_calendar_change();

create trigger capture_calendar_rules
after update of time_zone, is_always_open, department, location on tat.calendar
for each statement
execute function tat.capture_calendar_change();

-- Clocks are derived and calendars generated by one transaction at a time.
create function tat.lock_clocks() returns void
language sql
begin atomic
    select pg_advisory_xact_lock(7280, 1);
end;

-- Generates one calendar over [p_from, p_to); marks the levels whose clock or due instant may have moved.
create function tat.regenerate_calendar(p_calendar_id integer, p_from date, p_to date)
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
    set span_starts_on = p_from, span_ends_on = p_to, anchor_on = kept.anchor_on
    where calendar_id = p_calendar_id;

    insert into tat.level_change (level_id, cause)
    select level_id, 'calendar'
    from tat.level_clock
    where calendar_id = p_calendar_id
        and (
            due_at is null
            or (halted_at is null and paused_clock > 0)
            or greatest(due_at, started_at, halted_at) >= first_difference
        );
    return true;
end
$$;

-- Grows every calendar's span to hold [p_from, p_to); it never shrinks.
create function tat.extend_calendars(p_from date, p_to date) returns integer
language plpgsql security definer
as $$
declare
    changed integer := 0;
    grown record;
begin
    perform tat.lock_clocks();
    for grown in
        select
            calendar.calendar_id,
            least(calendar.span_starts_on, p_from) as span_starts_on,
            greatest(calendar.span_ends_on, p_to) as span_ends_on
        from tat.calendar
        where calendar.span_starts_on is null
            or calendar.span_starts_on > p_from
            or calendar.span_ends_on < p_to
        order by calendar.calendar_id
    loop
        if tat.regenerate_calendar(
            grown.calendar_id, grown.span_starts_on, grown.span_ends_on
        ) then
            changed := changed + 1;
        end if;
    end loop;
    return changed;
end
$$;
comment on function tat.extend_calendars(date, date) is
'Grows the generated span of every calendar to hold [first day, last day); returns how many changed.';

-- Generates calendars again when their rules or holidays changed, and keeps two years generated ahead.
create function tat.refresh_calendars(p_as_of timestamptz) returns integer
language plpgsql security definer
as $$
declare
    changed integer := 0;
    stale record;
begin
    perform tat.lock_clocks();
    if exists (
        select 1
        from tat.calendar
        where span_ends_on is null
            or span_ends_on < p_as_of::date + 640
            or span_starts_on > p_as_of::date - 1
    ) then
        changed := tat.extend_calendars(
            (date_trunc('year', p_as_of) - interval '1 year')::date,
            (date_trunc('month', p_as_of) + interval '25 months')::date
        );
    end if;
    if exists (select 1 from tat.calendar_change) then
        delete from tat.calendar_change;
        for stale in
            select calendar_id, span_starts_on, span_ends_on
            from tat.calendar
            order by calendar_id
        loop
            if tat.regenerate_calendar(
                stale.calendar_id, stale.span_starts_on, stale.span_ends_on
            ) then
                changed := changed + 1;
            end if;
        end loop;
    end if;
    return changed;
end
$$;

-- A level as its source rows, policy and ledger tell it: what its clock must be.
create view tat.level_source as
select
    approval_levels.level_id,
    approval_levels.status,
    approval_levels.tat_start_time,
    approval_levels.level_start_time,
    policy.policy_id,
    policy.calendar_id,
    round(approval_levels.tat_hours * policy.seconds_per_tat_hour * 1000000)::bigint
        as budget,
    case
        when approval_levels.status = 'PENDING' then 'cancelled'
        when approval_levels.status = 'SKIPPED' then 'cancelled'
        when workflow_requests.is_deleted or workflow_requests.is_draft then 'cancelled'
        when approval_levels.status in ('APPROVED', 'REJECTED') then 'stopped'
        when workflow_requests.status in ('APPROVED', 'REJECTED', 'CLOSED')
            then 'cancelled'
        else 'running'
    end as state,
    coalesce(approval_levels.tat_start_time, approval_levels.level_start_time)
        as started_at,
    workflow_requests.submission_date as submitted_at,
    case
        when approval_levels.status in ('APPROVED', 'REJECTED') then coalesce(
            approval_levels.level_end_time,
            approval_levels.action_date,
            approval_levels.updated_at
        )
        when approval_levels.status = 'SKIPPED' then coalesce(
            approval_levels.skipped_at,
            approval_levels.level_end_time,
            approval_levels.updated_at
        )
        when approval_levels.status = 'PENDING' then approval_levels.updated_at
        else coalesce(workflow_requests.closure_date, workflow_requests.updated_at)
    end as halted_at
from workflow.approval_levels
inner join workflow.workflow_requests
    on workflow_requests.request_id = approval_levels.request_id
inner join tat.policy on policy.priority = workflow_requests.priority;

-- Pauses of a level as disjoint ranges of its calendar's clock, cut to the level's own life:
-- where each begins, what it took, and what the ones before it took.
create function tat.list_pauses(
    p_level_id uuid, p_calendar_id integer, p_started_at timestamptz, p_ended_at timestamptz
)
returns table (paused_from bigint, paused_clock bigint, paused_earlier bigint)
language sql stable
begin atomic
    with stretches as (
        select unnest(range_agg(
            tstzrange(level_pauses.paused_at, level_pauses.resumed_at)
            -- A request can be closed before its level began: its life is empty then.
            * tstzrange(
                p_started_at,
                case when p_ended_at < p_started_at then p_started_at else p_ended_at end
            )
        )) as paused
        from workflow.level_pauses
        where level_pauses.level_id = p_level_id
            and level_pauses.paused_at <= coalesce(level_pauses.resumed_at, 'infinity')
    ),

    clocks as (
        select
            tat.find_work_clock(p_calendar_id, lower(stretches.paused)) as paused_from,
            tat.find_work_clock(p_calendar_id, upper(stretches.paused))
            - tat.find_work_clock(p_calendar_id, lower(stretches.paused)) as paused_clock
        from stretches
    )

    select
        clocks.paused_from,
        clocks.paused_clock,
        (
            sum(clocks.paused_clock) over (order by clocks.paused_from rows unbounded preceding)
            - clocks.paused_clock
        )::bigint
    from clocks;
end;

-- What all pauses of a level took from its clock.
create function tat.paused_clock(
    p_level_id uuid, p_calendar_id integer, p_started_at timestamptz, p_ended_at timestamptz
)
returns bigint
language sql stable
begin atomic
    select coalesce(sum(pause.paused_clock), 0)::bigint
    from tat.list_pauses(p_level_id, p_calendar_id, p_started_at, p_ended_at) as pause;
end;

-- The clock at which a level has used p_share of it: pauses that begin before then move it on.
create function tat.due_clock(
    p_level_id uuid,
    p_calendar_id integer,
    p_started_at timestamptz,
    p_halted_at timestamptz,
    p_start_clock bigint,
    p_share bigint
)
returns bigint
language sql stable
begin atomic
    select p_start_clock + p_share + coalesce(sum(pause.paused_clock), 0)::bigint
    from tat.list_pauses(p_level_id, p_calendar_id, p_started_at, p_halted_at) as pause
    where pause.paused_from - pause.paused_earlier <= p_start_clock + p_share;
end;

-- The points of a level's clock at which its alerts fall due. Crossing is strict, so a fraction
-- of a microsecond below a point is rounded away.
create function tat.level_thresholds(
    p_level_id uuid,
    p_policy_id smallint,
    p_calendar_id integer,
    p_started_at timestamptz,
    p_halted_at timestamptz,
    p_start_clock bigint,
    p_paused_clock bigint,
    p_budget bigint
)
returns table (slot smallint, alert_type text, percentage numeric, share bigint, due_clock bigint)
language sql stable
begin atomic
    select
        point.slot,
        'TAT_' || point.slot,
        point.percentage,
        point.share,
        case
            when p_paused_clock = 0 then p_start_clock + point.share
            else tat.due_clock(
                p_level_id, p_calendar_id, p_started_at, p_halted_at, p_start_clock, point.share
            )
        end
    from (
        select
            policy_threshold.slot,
            policy_threshold.percentage,
            floor(policy_threshold.percentage * p_budget / 100)::bigint as share
        from tat.policy_threshold
        where policy_threshold.policy_id = p_policy_id
    ) as point;
end;

-- Derives the clocks of levels with captured changes, at most p_limit changes at a time.
-- Returns how many levels were derived and whether more changes wait.
create function tat.derive_level_clocks(
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
begin
    perform tat.refresh_calendars(p_as_of);
    levels_derived := 0;
    changes_left := false;
    if not exists (select 1 from tat.level_change where drained_at is null) then
        return;
    end if;

    -- A level in progress without a start started when it was seen to.
    -- A row that its writer holds stays pending: nobody waits.
    perform set_config('tat.engine_writes', 'on', true);
    with pending as (
        select level_id, changed_at
        from tat.level_change
        where drained_at is null
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
    perform set_config('tat.engine_writes', '', true);

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
                where drained_at is null
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
        select change_id, level_id
        from tat.level_change
        where drained_at is null
        order by change_id
        limit p_limit
    ),

    touched as materialized (
        select distinct level_id from pending
    ),

    -- A level's clock refers to its level: one whose row its writer holds waits for the next tick.
    free as materialized (
        select approval_levels.level_id
        from workflow.approval_levels
        where approval_levels.level_id in (select touched.level_id from touched)
        for key share skip locked
    ),

    open_pauses as (
        select level_pauses.level_id, min(level_pauses.paused_at) as paused_at
        from workflow.level_pauses
        where level_pauses.resumed_at is null
            and level_pauses.level_id in (select touched.level_id from touched)
        group by level_pauses.level_id
    ),

    sources as (
        select
            level_source.level_id,
            level_source.policy_id,
            level_source.calendar_id,
            level_source.budget,
            started.started_at,
            case
                when level_source.state = 'running' and open_pauses.paused_at is not null
                    then 'paused'
                else level_source.state
            end as state,
            case
                when level_source.state <> 'running' then level_source.halted_at
                when open_pauses.paused_at is not null
                    then greatest(open_pauses.paused_at, started.started_at)
            end as halted_at,
            exists (
                select 1
                from workflow.level_pauses
                where level_pauses.level_id = touched.level_id
            ) as has_pauses,
            -- Levels in progress that are still without a start are locked by their writer.
            started.started_at is not null as is_started,
            touched.level_id not in (select free.level_id from free)
            or (level_source.started_at is null and level_source.status = 'IN_PROGRESS')
                as is_locked
        from touched
        inner join tat.level_source on level_source.level_id = touched.level_id
        left join open_pauses on open_pauses.level_id = touched.level_id
        -- A level sent back to wait loses its start; the clock that it had is cancelled.
        left join tat.level_clock on level_clock.level_id = touched.level_id
        cross join lateral (
            select coalesce(
                level_source.started_at,
                case when level_source.state = 'cancelled' then level_clock.started_at end
            ) as started_at
        ) as started
    ),

    readings as (
        select
            sources.*,
            tat.find_work_clock(sources.calendar_id, sources.started_at) as start_clock,
            tat.find_work_clock(sources.calendar_id, sources.halted_at) as clock_at_halt,
            case
                when sources.has_pauses then tat.paused_clock(
                    sources.level_id,
                    sources.calendar_id,
                    sources.started_at,
                    sources.halted_at
                )
                else 0
            end as paused_clock,
            sources.started_at >= '1970-01-02'
            and greatest(sources.started_at, sources.halted_at)
            < p_as_of + interval '2 years' as is_within_limits
        from sources
        where sources.is_started and not sources.is_locked
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
            policy_id,
            calendar_id,
            state,
            started_at,
            halted_at,
            start_clock,
            paused_clock,
            halted_clock,
            budget,
            due_at,
            next_threshold,
            next_due_clock,
            arrived_decided,
            derived_at
        )
        select
            halted.level_id,
            halted.policy_id,
            halted.calendar_id,
            halted.state,
            halted.started_at,
            halted.halted_at,
            halted.start_clock,
            halted.paused_clock,
            halted.halted_clock,
            halted.budget,
            tat.find_work_time(
                halted.calendar_id,
                case
                    when halted.paused_clock = 0 then halted.start_clock + halted.budget
                    else tat.due_clock(
                        halted.level_id,
                        halted.calendar_id,
                        halted.started_at,
                        halted.halted_at,
                        halted.start_clock,
                        halted.budget
                    )
                end
            ),
            upcoming.slot,
            upcoming.due_clock,
            halted.state = 'stopped',
            p_as_of
        from halted
        left join lateral (
            select level_threshold.slot, level_threshold.due_clock
            from tat.level_thresholds(
                halted.level_id,
                halted.policy_id,
                halted.calendar_id,
                halted.started_at,
                halted.halted_at,
                halted.start_clock,
                halted.paused_clock,
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
                        and tat_alerts.cycle = coalesce(
                            (
                                select level_clock.cycle
                                from tat.level_clock
                                where level_clock.level_id = halted.level_id
                            ),
                            1
                        )
                        and tat_alerts.alert_type = level_threshold.alert_type
                )
            order by level_threshold.due_clock, level_threshold.slot
            limit 1
        ) as upcoming on true
        on conflict (level_id) do update
        set
            policy_id = excluded.policy_id,
            calendar_id = excluded.calendar_id,
            state = excluded.state,
            started_at = excluded.started_at,
            halted_at = excluded.halted_at,
            start_clock = excluded.start_clock,
            paused_clock = excluded.paused_clock,
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
                    upserted.halted_clock - upserted.start_clock - upserted.paused_clock
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
                        upserted.halted_clock - upserted.start_clock - upserted.paused_clock
                        <= upserted.budget
                end
            )
    ),

    drainable as materialized (
        select pending.change_id
        from pending
        -- A hashed subplan: an anti join without hash joins is quadratic.
        where pending.level_id not in (
            select sources.level_id
            from sources
            where sources.is_locked
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
end
$$;
comment on function tat.derive_level_clocks(timestamptz, integer) is
'Brings level clocks up to their source rows: the one derivation, for every tick and load.';

-- Marks every level as changed, so that all clocks are derived anew.
create function tat.mark_all_levels() returns bigint
language sql volatile security definer
begin atomic
    with marked as (
        insert into tat.level_change (level_id, cause)
        select level_id, 'policy' from workflow.approval_levels
        returning 1
    )

    select count(*) from marked;
end;
