-- Facts stored by dbt: what changed since they were stored, and the one way to bring them up to it.

-- A level's clock as stored, for whoever reads it at a moment of their own.
create view tat.level_coordinates as
select
    level_clock.level_id,
    level_clock.cycle,
    level_clock.state,
    level_clock.policy_id,
    level_clock.calendar_id,
    policy.seconds_per_tat_hour,
    level_clock.started_at,
    level_clock.halted_at,
    level_clock.due_at,
    level_clock.budget,
    level_clock.start_clock + level_clock.paused_clock - level_clock.carried_clock
        as origin_clock,
    greatest(
        level_clock.halted_clock
        - level_clock.start_clock
        - level_clock.paused_clock
        + level_clock.carried_clock,
        0
    ) * case when level_clock.halted_clock is not null then 1 end as halted_elapsed
from tat.level_clock
inner join tat.policy on policy.policy_id = level_clock.policy_id
where level_clock.is_current;
comment on view tat.level_coordinates is
'One row per started level: its current cycle in work-clock coordinates (microseconds). It runs from origin_clock; halted_elapsed is what had elapsed when it stood still, null while it runs.';

create or replace view tat.level_status as
with present as materialized (
    select
        calendar.calendar_id,
        tat.work_clock(calendar.calendar_id, tat.as_of()) as clock_now
    from tat.calendar
),

progress as (
    select
        level_coordinates.*,
        coalesce(
            level_coordinates.halted_elapsed,
            greatest(present.clock_now - level_coordinates.origin_clock, 0)
        ) as elapsed
    from tat.level_coordinates
    inner join present on present.calendar_id = level_coordinates.calendar_id
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

-- All calendars' clocks in one array, so that a query reads each of them once and a row picks its own.
create function tat.clock_readings(p_at timestamptz) returns bigint[]
language sql stable parallel safe security definer
begin atomic
    select array_agg(
        case
            when calendar.calendar_id is null then 0
            else tat.work_clock(calendar.calendar_id, p_at)
        end
        order by numbers.number
    )
    from generate_series(1, (select max(calendar.calendar_id) from tat.calendar))
        as numbers (number)
    left join tat.calendar on calendar.calendar_id = numbers.number;
end;
comment on function tat.clock_readings(timestamptz) is
'The clock of every calendar at an instant, in microseconds: element n is that of calendar n. An error outside a generated span.';

-- Requests of which something changed since the stored facts were made. Readers leave what is stored
-- of them aside and count them anew, so what is shown is never older than the source.
create table tat.request_change (
    change_id bigint generated always as identity primary key,
    request_id uuid not null,
    changed_at timestamptz not null default now(),
    captured_by xid8 not null default pg_current_xact_id()
)
-- It is empty most of the time, whatever it was when statistics were taken.
with (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
comment on table tat.request_change is
'Requests of which something changed since the stored facts were last brought up to the source.';
comment on column tat.request_change.captured_by is
'The transaction that made the change: a fact that was built later already holds it.';

create table tat.stored_fact (
    stored_relation text primary key,
    source_relation text not null,
    key_column text not null,
    totals_of text references tat.stored_fact on delete cascade,
    definition text not null,
    built_in pg_snapshot,
    is_tested boolean not null default false,
    stored_at timestamptz not null default clock_timestamp()
);
comment on table tat.stored_fact is
'Tables that hold what views would count: facts keyed by request, and totals that add up the rows of a fact.';
comment on column tat.stored_fact.source_relation is
'The view that says what each row must be; for totals, what each row of the fact contributes.';
comment on column tat.stored_fact.totals_of is
'For totals: the fact whose rows they add up.';
comment on column tat.stored_fact.definition is
'Digest of the views and functions that said what the rows are when they were made.';
comment on column tat.stored_fact.is_tested is
'Whether the data tests have passed on all rows since the table was made, and none has failed since.';
comment on column tat.stored_fact.built_in is
'What had been committed when the fact was built whole; null for totals, which follow their fact.';

-- What the data tests have not seen as it is now: a build that tests what changed tests these rows.
create table tat.untested_request (
    request_id uuid primary key,
    tested_by text
);
comment on table tat.untested_request is
'Requests that were stored since all data tests last passed.';
comment on column tat.untested_request.tested_by is
'The dbt invocation that is testing the request, if one began since it was stored.';

create view tat.request_to_test as
select request_id from tat.untested_request
union
select request_id from tat.request_change;
comment on view tat.request_to_test is
'Requests of which something changed since all data tests last passed, stored or not.';

grant select, delete on tat.request_change to tat_dbt;
grant insert, update, delete on tat.stored_fact to tat_dbt;
grant select, insert, update, delete on tat.untested_request to tat_dbt;
grant select on tat.request_to_test to tat_dbt;

create function tat.capture_changed_requests() returns trigger
language plpgsql security definer
as $$
begin
    insert into tat.request_change (request_id)
    select distinct request_id from changed_rows;
    return null;
end
$$;

create function tat.capture_updated_requests() returns trigger
language plpgsql security definer
as $$
begin
    insert into tat.request_change (request_id)
    select request_id from old_rows
    union
    select request_id from new_rows;
    return null;
end
$$;

create function tat.capture_changed_attachments() returns trigger
language plpgsql security definer
as $$
begin
    insert into tat.request_change (request_id)
    select distinct work_notes.request_id
    from changed_rows
    inner join workflow.work_notes on work_notes.note_id = changed_rows.note_id;
    return null;
end
$$;

create function tat.capture_updated_attachments() returns trigger
language plpgsql security definer
as $$
begin
    insert into tat.request_change (request_id)
    select work_notes.request_id
    from (select note_id from old_rows union select note_id from new_rows) as changed
    inner join workflow.work_notes on work_notes.note_id = changed.note_id
    group by work_notes.request_id;
    return null;
end
$$;

create function tat.capture_changed_clocks() returns trigger
language plpgsql security definer
as $$
begin
    insert into tat.request_change (request_id)
    select distinct approval_levels.request_id
    from changed_rows
    inner join workflow.approval_levels on approval_levels.level_id = changed_rows.level_id;
    return null;
end
$$;

-- The department of who asks chooses the calendar of the request's working hours.
create function tat.capture_moved_initiators() returns trigger
language plpgsql security definer
as $$
begin
    insert into tat.request_change (request_id)
    select workflow_requests.request_id
    from new_rows
    inner join old_rows on old_rows.user_id = new_rows.user_id
    inner join workflow.workflow_requests
        on workflow_requests.initiator_id = new_rows.user_id
    where old_rows.department is distinct from new_rows.department;
    return null;
end
$$;

create function tat.capture_every_request() returns trigger
language plpgsql security definer
as $$
begin
    insert into tat.request_change (request_id)
    select request_id from workflow.workflow_requests;
    return null;
end
$$;

do $$
declare
    captured record;
begin
    for captured in
        select *
        from (
            values
            ('workflow.workflow_requests', 'requests'),
            ('workflow.approval_levels', 'requests'),
            ('workflow.participants', 'requests'),
            ('workflow.work_notes', 'requests'),
            ('workflow.documents', 'requests'),
            ('workflow.activities', 'requests'),
            ('tat.tat_alerts', 'requests'),
            ('workflow.work_note_attachments', 'attachments')
        ) as capture (table_name, kind)
    loop
        execute format(
            'create trigger capture_stored_insert after insert on %s '
            'referencing new table as changed_rows '
            'for each statement execute function tat.capture_changed_%s()',
            captured.table_name, captured.kind
        );
        execute format(
            'create trigger capture_stored_delete after delete on %s '
            'referencing old table as changed_rows '
            'for each statement execute function tat.capture_changed_%s()',
            captured.table_name, captured.kind
        );
        execute format(
            'create trigger capture_stored_update after update on %s '
            'referencing old table as old_rows new table as new_rows '
            'for each statement execute function tat.capture_updated_%s()',
            captured.table_name, captured.kind
        );
        execute format(
            'create trigger capture_stored_truncate before truncate on %s '
            'for each statement execute function tat.capture_every_request()',
            captured.table_name
        );
    end loop;
end
$$;

create trigger capture_stored_insert
after insert on tat.level_clock
referencing new table as changed_rows
for each statement
execute function tat.capture_changed_clocks();

create trigger capture_stored_update
after update on tat.level_clock
referencing new table as changed_rows
for each statement
execute function tat.capture_changed_clocks();

create trigger capture_stored_delete
after delete on tat.level_clock
referencing old table as changed_rows
for each statement
execute function tat.capture_changed_clocks();

create trigger capture_stored_update
after update on workflow.users
referencing old table as old_rows new table as new_rows
for each statement
execute function tat.capture_moved_initiators();

-- Which calendar a policy names, and the zone of days, concern every request.
create trigger capture_stored_rows
after insert or delete on tat.policy
for each statement
execute function tat.capture_every_request();

create trigger capture_stored_update
after update of calendar_id, seconds_per_tat_hour, priority, department on tat.policy
for each statement
execute function tat.capture_every_request();

create trigger capture_stored_update
after update on tat.setting
for each row
when (
    old.setting_name = 'time_zone' and old.setting_value is distinct from new.setting_value
)
execute function tat.capture_every_request();

alter table tat.calendar add column moved_from timestamptz;
comment on column tat.calendar.moved_from is
'From which instant on the latest revision moved working time.';

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
    is_moved boolean;
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

    is_moved := coalesce(
        first_difference < kept.span_ends_on::timestamp at time zone kept.time_zone, false
    );
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
        revision = kept.revision + is_moved::integer,
        moved_from = case when is_moved then first_difference else kept.moved_from end
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

-- The working hours of requests that a calendar's edit, or the growth of its span, may have changed.
create function tat.capture_moved_hours() returns trigger
language plpgsql security definer
as $$
begin
    insert into tat.request_change (request_id)
    select distinct workflow_requests.request_id
    from new_rows
    inner join old_rows on old_rows.calendar_id = new_rows.calendar_id
    inner join tat.policy on policy.calendar_id = new_rows.calendar_id
    inner join workflow.workflow_requests
        on workflow_requests.priority = policy.priority
    where (
        new_rows.revision <> old_rows.revision
        and workflow_requests.closure_date >= new_rows.moved_from
    )
    or (
        new_rows.span_starts_on is distinct from old_rows.span_starts_on
        and workflow_requests.submission_date
        < coalesce(old_rows.span_starts_on + 1, 'infinity')::timestamptz
    )
    or (
        new_rows.span_ends_on is distinct from old_rows.span_ends_on
        and workflow_requests.closure_date
        >= coalesce(old_rows.span_ends_on - 1, '-infinity')::timestamptz
    );
    return null;
end
$$;

create trigger capture_stored_update
after update on tat.calendar
referencing old table as old_rows new table as new_rows
for each statement
execute function tat.capture_moved_hours();

create function tat.list_totals(p_totals tat.stored_fact)
returns table (column_name name, data_type text, column_order smallint)
language sql stable
begin atomic
    select
        pg_attribute.attname,
        format_type(pg_attribute.atttypid, pg_attribute.atttypmod),
        pg_attribute.attnum
    from pg_attribute
    where pg_attribute.attrelid = p_totals.stored_relation::regclass
        and pg_attribute.attnum > 0
        and not pg_attribute.attisdropped
        and pg_attribute.attname <> p_totals.key_column;
end;
comment on function tat.list_totals(tat.stored_fact) is
'The columns of stored totals that are added up: all but the key.';

-- A request and the rows of it, or the keys whose totals they touch, are replaced in one transaction;
-- what is added up is corrected by the difference, so the cost is that of the change.
create function tat.add_to_totals(
    p_totals tat.stored_fact, p_requests uuid[], p_sign integer
)
returns void
language plpgsql
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
declare
    summed text;
    corrected text;
    columns text;
begin
    select
        string_agg(
            format('(%s * sum(contribution.%I))::%s', p_sign, column_name, data_type),
            ', ' order by column_order
        ),
        string_agg(
            format('%1$I = total.%1$I + excluded.%1$I', column_name), ', ' order by column_order
        ),
        string_agg(quote_ident(column_name), ', ' order by column_order)
    into summed, corrected, columns
    from tat.list_totals(p_totals);
    execute format(
        'insert into %1$s as total (%2$I, %3$s) '
        'select contribution.%2$I, %4$s '
        'from unnest($1) as changed (request_id) '
        'cross join lateral ('
        'select * from %5$s as candidate '
        'where candidate.request_id = changed.request_id and candidate.is_stored offset 0'
        ') as contribution '
        'group by contribution.%2$I order by contribution.%2$I '
        'on conflict (%2$I) do update set %6$s',
        p_totals.stored_relation,
        p_totals.key_column,
        columns,
        summed,
        p_totals.source_relation,
        corrected
    ) using p_requests;
end
$$;

-- Adds all rows of a fact up anew. Totals whose own form is changing are left to their own build.
create function tat.add_up(p_totals tat.stored_fact) returns void
language plpgsql
as $$
declare
    summed text;
    columns text;
begin
    select
        string_agg(format('sum(%I)::%s', column_name, data_type), ', ' order by column_order),
        string_agg(quote_ident(column_name), ', ' order by column_order)
    into summed, columns
    from tat.list_totals(p_totals);
    execute format('delete from %s', p_totals.stored_relation);
    execute format(
        'insert into %1$s (%2$I, %3$s) select %2$I, %4$s from %5$s where is_stored group by %2$I',
        p_totals.stored_relation,
        p_totals.key_column,
        columns,
        summed,
        p_totals.source_relation
    );
    update tat.stored_fact
    set stored_at = clock_timestamp(), is_tested = false
    where stored_relation = p_totals.stored_relation;
exception when undefined_column or undefined_table then
    null;
end
$$;

create function tat.store_requests(p_fact tat.stored_fact, p_requests uuid[]) returns void
language plpgsql
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
declare
    columns text;
    totals tat.stored_fact;
begin
    select string_agg(quote_ident(attname), ', ' order by attnum)
    into columns
    from pg_attribute
    where attrelid = p_fact.stored_relation::regclass and attnum > 0 and not attisdropped;
    for totals in
        select * from tat.stored_fact where totals_of = p_fact.stored_relation
    loop
        perform tat.add_to_totals(totals, p_requests, -1);
    end loop;
    execute format(
        'delete from %s where request_id = any($1)', p_fact.stored_relation
    ) using p_requests;
    execute format(
        'insert into %1$s (%2$s) select %2$s '
        'from unnest($1) as changed (changed_id) '
        'cross join lateral ('
        'select * from %3$s as candidate where candidate.request_id = changed.changed_id offset 0'
        ') as measured',
        p_fact.stored_relation, columns, p_fact.source_relation
    ) using p_requests;
    for totals in
        select * from tat.stored_fact where totals_of = p_fact.stored_relation
    loop
        perform tat.add_to_totals(totals, p_requests, 1);
    end loop;
end
$$;

-- Facts are stored and built by one transaction at a time.
create function tat.lock_stored_facts() returns void
language sql
begin atomic
    select pg_advisory_xact_lock(7280, 3);
end;

-- Whether views may still read a fact as it was before it changed its columns.
create function tat.has_retired_facts() returns boolean
language sql stable
begin atomic
    select exists (
        select from pg_class
        where pg_class.relkind in ('r', 'p') and pg_class.relname ~ '_stored__retired_'
    );
end;

-- Forgets the changes that every fact holds since it was built whole.
create function tat.forget_built_changes() returns void
language sql
begin atomic
    delete from tat.request_change
    where not tat.has_retired_facts()
        and (
            select bool_and(
                pg_visible_in_snapshot(request_change.captured_by, stored_fact.built_in)
            )
            from tat.stored_fact
            where stored_fact.totals_of is null
        );
end;

-- What says which rows a fact has: the text of its view and of all views and functions below it.
create function tat.digest_of_view(p_view text) returns text
language sql stable
set search_path = pg_catalog
as $$
    with recursive parts as (
        select 'pg_class'::regclass::oid as catalog_id, p_view::regclass::oid as object_id
        union
        select pg_depend.refclassid, pg_depend.refobjid
        from parts
        left join pg_rewrite
            on parts.catalog_id = 'pg_class'::regclass and pg_rewrite.ev_class = parts.object_id
        inner join pg_depend
            on pg_depend.classid = case
                when pg_rewrite.oid is null then parts.catalog_id
                else 'pg_rewrite'::regclass
            end
            and pg_depend.objid = coalesce(pg_rewrite.oid, parts.object_id)
        where pg_depend.refclassid in ('pg_class'::regclass, 'pg_proc'::regclass)
            and (pg_rewrite.oid is not null or parts.catalog_id = 'pg_proc'::regclass)
    ),

    definitions as (
        select pg_get_viewdef(pg_class.oid) as definition
        from parts
        inner join pg_class
            on parts.catalog_id = 'pg_class'::regclass and pg_class.oid = parts.object_id
        where pg_class.relkind = 'v'
        union all
        select pg_get_functiondef(pg_proc.oid)
        from parts
        inner join pg_proc
            on parts.catalog_id = 'pg_proc'::regclass and pg_proc.oid = parts.object_id
        where pg_proc.prokind = 'f' and pg_proc.pronamespace <> 'pg_catalog'::regnamespace
    )

    select md5(string_agg(definition, E'\n' order by definition collate "C")) from definitions;
$$;
comment on function tat.digest_of_view(text) is
'A digest of the text of a view and of all views and functions that it reads, down to the tables.';

-- Puts rows that were made aside in the place of a fact's own, all at once and with its totals. What reads
-- the fact goes on reading it, and waits no longer than adding up takes.
create function tat.replace_rows(p_fact text, p_rows text, p_key text) returns void
language plpgsql
as $$
declare
    outdated record;
    added record;
    totals tat.stored_fact;
begin
    if to_regclass(p_fact) is null then
        execute format(
            'create table %s (like %s) partition by range (%I)', p_fact, p_rows, p_key
        );
        execute format('alter table %s attach partition %s default', p_fact, p_rows);
        -- Totals of a fact in its old form go with that until they are built themselves.
        return;
    end if;
    for outdated in
        select inhrelid::regclass as relation_name
        from pg_inherits
        where inhparent = p_fact::regclass
    loop
        execute format('alter table %s detach partition %s', p_fact, outdated.relation_name);
        execute format('drop table %s', outdated.relation_name);
    end loop;
    for added in
        select attname, format_type(atttypid, atttypmod) as data_type
        from pg_attribute
        where attrelid = p_rows::regclass
            and attnum > 0
            and attname not in (
                select attname from pg_attribute
                where attrelid = p_fact::regclass and not attisdropped
            )
        order by attnum
    loop
        execute format('alter table %s add column %I %s', p_fact, added.attname, added.data_type);
    end loop;
    execute format('alter table %s attach partition %s default', p_fact, p_rows);
    for totals in select * from tat.stored_fact where totals_of = p_fact
    loop
        perform tat.add_up(totals);
    end loop;
end
$$;
comment on function tat.replace_rows(text, text, text) is
'Makes a table the only partition of a stored fact, in the place of the one before, and adds its totals up.';

-- Brings every stored fact up to the oldest changes, at most so many; says how many requests that
-- were, whether more changes wait that another refresh would store, and whether nothing can be stored
-- before a build ends or before a transaction that changes rules does. Run as tat_dbt, whose tables
-- they are.
create function tat.refresh_stored_facts(
    p_limit integer default 5000,
    out requests_stored integer,
    out changes_left boolean,
    out is_waiting_for_build boolean,
    out is_waiting_for_rules boolean
)
language plpgsql
as $$
declare
    changes bigint[];
    requests uuid[];
    fact tat.stored_fact;
begin
    perform tat.lock_stored_facts();
    requests_stored := 0;
    changes_left := false;
    is_waiting_for_rules := false;
    -- While views still read a table that was built anew under them, what changed must stay known.
    is_waiting_for_build := tat.has_retired_facts()
        or not exists (select 1 from tat.stored_fact);
    if is_waiting_for_build then
        return;
    end if;
    select array_agg(batch.change_id), array_agg(distinct batch.request_id)
    into changes, requests
    from (
        select request_change.change_id, request_change.request_id
        from tat.request_change
        order by request_change.change_id
        limit p_limit
    ) as batch;
    if changes is null then
        return;
    end if;
    -- Whoever changes a rule lists the requests that it sees. One of these may have come too late for
    -- that, and would be stored by the old rule without being known to have changed: so not before
    -- the change of the rule is committed. One that begins from here on sees them all.
    is_waiting_for_rules := exists (
        select 1
        from pg_locks
        where locktype = 'relation'
            and mode = 'RowExclusiveLock'
            and granted
            and pid is distinct from pg_backend_pid()
            and database = (select oid from pg_database where datname = current_database())
            and relation in (
                'tat.policy'::regclass,
                'tat.calendar'::regclass,
                'tat.setting'::regclass,
                'workflow.users'::regclass
            )
    );
    if is_waiting_for_rules then
        return;
    end if;
    for fact in
        select * from tat.stored_fact where totals_of is null order by stored_relation
    loop
        perform tat.store_requests(fact, requests);
    end loop;
    insert into tat.untested_request (request_id)
    select unnest(requests)
    on conflict (request_id) do update set tested_by = null;
    delete from tat.request_change where change_id = any(changes);
    requests_stored := cardinality(requests);
    changes_left := cardinality(changes) >= p_limit;
end
$$;
comment on function tat.refresh_stored_facts(integer) is
'Brings the stored facts up to the oldest changes, in one transaction, unless they wait for a build or for rules that are being changed; run as tat_dbt.';

-- What waits before the first build was never stored.
insert into tat.request_change (request_id)
select request_id from workflow.workflow_requests;

grant select on tat.level_coordinates, tat.level_status
to tat_engine, tat_dbt, tat_ingest;
