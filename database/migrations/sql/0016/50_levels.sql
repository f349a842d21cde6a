-- Policies, level clocks, and the ledger of changes that they are derived from.

create table tat.policy (
    policy_id smallint generated always as identity primary key,
    priority text not null check (priority in ('STANDARD', 'EXPRESS')),
    calendar_id integer not null references tat.calendar,
    seconds_per_tat_hour integer not null default 3600 check (seconds_per_tat_hour > 0),
    notification_channels text[] not null default '{email}',
    department text,
    constraint policy_priority_department_key unique nulls not distinct (priority, department)
);
comment on table tat.policy is 'Which clock a priority runs on, and how long one TAT hour is on it.';
comment on column tat.policy.seconds_per_tat_hour is '3600; 60 in test mode.';
comment on column tat.policy.department is
'Requests of this department (their initiator''s) go by this policy; null: all that have none of their own.';

create table tat.policy_threshold (
    policy_id smallint not null references tat.policy on delete cascade,
    slot smallint not null check (slot in (50, 75, 100)),
    percentage numeric(6, 3) not null check (percentage > 0 and percentage <= 100),
    primary key (policy_id, slot),
    check (slot <> 100 or percentage = 100)
);
comment on table tat.policy_threshold is
'The percentage in force for each alert slot (TAT_50, TAT_75, TAT_100).';

create table tat.level_clock (
    level_id uuid not null references workflow.approval_levels on delete cascade,
    cycle integer not null default 1 check (cycle >= 1),
    policy_id smallint not null references tat.policy,
    calendar_id integer not null references tat.calendar,
    state text not null check (state in ('running', 'paused', 'stopped', 'cancelled')),
    started_at timestamptz not null,
    halted_at timestamptz,
    start_clock bigint not null,
    paused_clock bigint not null default 0 check (paused_clock >= 0),
    halted_clock bigint,
    budget bigint not null check (budget >= 0),
    due_at timestamptz,
    next_threshold smallint check (next_threshold in (50, 75, 100)),
    next_due_clock bigint,
    arrived_decided boolean not null,
    derived_at timestamptz not null,
    is_current boolean not null default true,
    segment_started_at timestamptz not null,
    carried_clock bigint not null default 0 check (carried_clock >= 0),
    known_since timestamptz not null default now(),
    primary key (level_id, cycle),
    check ((state = 'running') = (halted_clock is null)),
    check ((halted_at is null) = (halted_clock is null)),
    check ((next_threshold is null) = (next_due_clock is null)),
    check (state <> 'cancelled' or next_due_clock is null),
    check (next_due_clock < halted_clock),
    check (segment_started_at >= started_at),
    check (carried_clock = 0 or segment_started_at > started_at),
    check (is_current or state in ('stopped', 'cancelled'))
)
with (fillfactor = 80);
-- Everything still to be recorded, and nothing else: a tick reads a range of it.
create index level_clock_due on tat.level_clock (calendar_id, next_due_clock)
where next_due_clock is not null;
comment on table tat.level_clock is
'One row per started level and cycle, in work-clock coordinates (microseconds).';
comment on column tat.level_clock.halted_clock is
'The clock at which a stopped, paused or cancelled level stands still.';
comment on column tat.level_clock.budget is 'The TAT in microseconds of work clock.';
comment on column tat.level_clock.next_due_clock is
'The lowest threshold point not yet recorded; only points already passed remain once a level stands still.';
comment on column tat.level_clock.arrived_decided is
'The level was already decided when it was first seen: its alerts are a replay.';
comment on column tat.level_clock.known_since is
'When the change that began the cycle was captured: what was crossed before then arrived late.';
comment on column tat.level_clock.cycle is 'Counts up each time the level is opened again.';
comment on column tat.level_clock.is_current is 'The latest cycle of its level.';
comment on column tat.level_clock.segment_started_at is
'Since when the level runs on this calendar; later than its start where its priority or approver changed.';
comment on column tat.level_clock.carried_clock is
'What had elapsed on earlier calendars, in microseconds of this policy''s TAT hours.';

create table tat.level_change (
    change_id bigint generated always as identity primary key,
    level_id uuid not null,
    cause text not null check (
        cause in ('level', 'request', 'pause', 'user', 'calendar', 'policy')
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
    drained_at timestamptz,
    effective_at timestamptz not null default now(),
    old_started_at timestamptz,
    old_ended_at timestamptz,
    -- Ends a cycle: the level was decided, skipped or sent back to wait, or its request was decided.
    closes_cycle boolean not null generated always as (
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
    switches boolean not null generated always as (
        coalesce(old_priority <> new_priority, false)
        or coalesce(old_approver_id <> new_approver_id, false)
    ) stored
);
comment on table tat.level_change is
'What changed and waits to be derived; once drained, what has a before and an after stays as history.';
comment on column tat.level_change.effective_at is
'When the change took place: the source''s own updated_at where that moved on, else when it was captured.';
comment on column tat.level_change.old_started_at is
'The start that the level had before the change.';
comment on column tat.level_change.old_ended_at is
'When the level, or the request of a level in progress, had been decided before it was opened again.';
-- All that happened to a level, drained or not: its cycles are replayed from it.
create index level_change_level on tat.level_change (level_id, change_id);
create index level_change_closes on tat.level_change (level_id, change_id) where closes_cycle;
create index level_change_switches on tat.level_change (level_id, effective_at)
where switches;
-- Statistics know nothing of a million changes captured a moment ago. Whoever looks for the changes
-- of one level must not walk all that wait: only the derivation, which says so, may use this index,
-- and `offset 0` keeps a question about one level a probe by index, never a join that reads them all.
create index level_change_pending on tat.level_change (change_id)
where drained_at is null and change_id > 0;

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
