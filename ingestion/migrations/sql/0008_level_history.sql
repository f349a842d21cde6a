-- What happened to levels and people, dated by the source: the ledger that lives are replayed from.
create extension if not exists btree_gist with schema tat;

alter table tat.level_change
add column effective_at timestamptz not null default now(),
add column old_started_at timestamptz,
add column old_ended_at timestamptz,
-- Ends a cycle: the level was decided, skipped or sent back to wait, or its request was decided.
add column closes_cycle boolean not null generated always as (
    coalesce(
        case cause
            when 'level' then
                old_started_at is not null
                and (
                    (new_status = 'PENDING' and old_status <> 'PENDING')
                    or (
                        new_status = 'IN_PROGRESS'
                        and old_status in ('APPROVED', 'REJECTED', 'SKIPPED')
                    )
                )
            when 'request' then
                old_started_at is not null
                and old_status in ('APPROVED', 'REJECTED', 'CLOSED')
                and new_status in ('PENDING', 'IN_PROGRESS')
        end,
        false
    )
) stored,
-- May move the level to another policy or calendar.
add column switches boolean not null generated always as (
    coalesce(old_priority <> new_priority, false)
    or coalesce(old_approver_id <> new_approver_id, false)
) stored;

alter table tat.level_change drop constraint level_change_cause_check;
alter table tat.level_change add constraint level_change_cause_check check (
    cause in ('level', 'request', 'pause', 'user', 'calendar', 'policy')
);
-- All that happened to a level, drained or not: lives are replayed from it.
drop index tat.level_change_history;
drop index tat.level_change_level;
create index level_change_level on tat.level_change (level_id, change_id);
create index level_change_closes on tat.level_change (level_id, change_id) where closes_cycle;
create index level_change_switches on tat.level_change (level_id, effective_at)
where switches;

comment on column tat.level_change.effective_at is
'When the change took place: the source''s own updated_at where that moved on, else when it was captured.';
comment on column tat.level_change.old_started_at is
'The start that the level had before the change.';
comment on column tat.level_change.old_ended_at is
'When the level, or the request of a level in progress, had been decided before it was opened again.';

-- What people were before they moved, so that a level keeps the calendar of its own time.
create table tat.user_change (
    change_id bigint generated always as identity primary key,
    user_id uuid not null,
    changed_at timestamptz not null default now(),
    effective_at timestamptz not null,
    old_department text,
    new_department text,
    old_location text,
    new_location text
);
create index user_change_user_id on tat.user_change (user_id, effective_at);
comment on table tat.user_change is
'Moves of people between departments and locations, which choose policies and calendars.';

-- A source dates its own changes; one that does not is dated by the clock, and none lies ahead.
create function tat.date_change(p_old_updated_at timestamptz, p_new_updated_at timestamptz)
returns timestamptz
language sql stable parallel safe
return case
    when p_new_updated_at > coalesce(p_old_updated_at, '-infinity')
        then least(p_new_updated_at, now())
    else now()
end;

create or replace function tat.capture_level_update() returns trigger
language plpgsql security definer
as $$
begin
    insert into tat.level_change (
        level_id,
        cause,
        effective_at,
        old_status,
        new_status,
        old_approver_id,
        new_approver_id,
        old_tat_hours,
        new_tat_hours,
        old_started_at,
        old_ended_at
    )
    select
        new_levels.level_id,
        'level',
        tat.date_change(old_levels.updated_at, new_levels.updated_at),
        old_levels.status,
        new_levels.status,
        old_levels.approver_id,
        new_levels.approver_id,
        old_levels.tat_hours,
        new_levels.tat_hours,
        coalesce(old_levels.tat_start_time, old_levels.level_start_time),
        case
            when old_levels.status in ('APPROVED', 'REJECTED') then coalesce(
                old_levels.level_end_time, old_levels.action_date, old_levels.updated_at
            )
            when old_levels.status = 'SKIPPED' then coalesce(
                old_levels.skipped_at, old_levels.level_end_time, old_levels.updated_at
            )
        end
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

create or replace function tat.capture_request_update() returns trigger
language plpgsql security definer
as $$
begin
    insert into tat.level_change (
        level_id,
        cause,
        effective_at,
        old_status,
        new_status,
        old_priority,
        new_priority,
        old_tat_hours,
        old_started_at,
        old_ended_at
    )
    select
        approval_levels.level_id,
        'request',
        tat.date_change(old_requests.updated_at, new_requests.updated_at),
        nullif(old_requests.status, new_requests.status),
        nullif(new_requests.status, old_requests.status),
        nullif(old_requests.priority, new_requests.priority),
        nullif(new_requests.priority, old_requests.priority),
        approval_levels.tat_hours,
        case
            when approval_levels.status = 'IN_PROGRESS' then coalesce(
                approval_levels.tat_start_time, approval_levels.level_start_time
            )
        end,
        case
            when old_requests.status in ('APPROVED', 'REJECTED', 'CLOSED')
                then coalesce(old_requests.closure_date, old_requests.updated_at)
        end
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

create function tat.capture_user_update() returns trigger
language plpgsql security definer
as $$
begin
    with moved as (
        insert into tat.user_change (
            user_id, effective_at, old_department, new_department, old_location, new_location
        )
        select
            new_users.user_id,
            tat.date_change(old_users.updated_at, new_users.updated_at),
            old_users.department,
            new_users.department,
            old_users.location,
            new_users.location
        from new_users
        inner join old_users using (user_id)
        where (old_users.department, old_users.location)
            is distinct from (new_users.department, new_users.location)
        returning user_id
    )

    insert into tat.level_change (level_id, cause)
    select approval_levels.level_id, 'user'
    from moved
    inner join workflow.approval_levels on approval_levels.approver_id = moved.user_id
    where approval_levels.status <> 'PENDING'
    union
    select approval_levels.level_id, 'user'
    from moved
    inner join workflow.workflow_requests on workflow_requests.initiator_id = moved.user_id
    inner join workflow.approval_levels
        on approval_levels.request_id = workflow_requests.request_id
    where approval_levels.status <> 'PENDING';
    return null;
end
$$;

create trigger capture_user_update
after update on workflow.users
referencing old table as old_users new table as new_users
for each statement
execute function tat.capture_user_update();
create index workflow_requests_initiator_id on workflow.workflow_requests (initiator_id);

-- Pauses of one level follow each other. What overlaps already is kept out with the reason; the
-- stretches of it that no other pause covers are what it added.
with overlapping as (
    select later.*
    from workflow.level_pauses as later
    where exists (
        select 1
        from workflow.level_pauses as earlier
        where earlier.level_id = later.level_id
            and (earlier.paused_at, earlier.pause_id) < (later.paused_at, later.pause_id)
            and tstzrange(earlier.paused_at, earlier.resumed_at)
            && tstzrange(later.paused_at, later.resumed_at)
    )
),

kept as (
    insert into tat.quarantine (table_name, row_key, source_row, reasons)
    select
        'level_pauses',
        overlapping.pause_id::text,
        to_jsonb(overlapping),
        array['it overlaps another pause of its level']
    from overlapping
    on conflict (table_name, row_digest) do nothing
)

delete from workflow.level_pauses
using overlapping
where level_pauses.pause_id = overlapping.pause_id;

alter table workflow.level_pauses
add constraint pauses_of_a_level_do_not_overlap
exclude using gist (level_id with =, tstzrange(paused_at, resumed_at) with &&)
deferrable initially immediate;
comment on constraint pauses_of_a_level_do_not_overlap on workflow.level_pauses is
'A level is paused once at a time: resume the pause that runs before another begins.';
