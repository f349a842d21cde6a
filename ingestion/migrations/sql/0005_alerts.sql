-- Policies, level clocks, alerts, outbox, tick log.
create table tat.policy (
    policy_id smallint generated always as identity primary key,
    priority text not null unique check (priority in ('STANDARD', 'EXPRESS')),
    calendar_id integer not null references tat.calendar,
    seconds_per_tat_hour integer not null default 3600 check (seconds_per_tat_hour > 0),
    notification_channels text[] not null default '{email}'
);
comment on table tat.policy is 'Which clock a priority runs on, and how long one TAT hour is on it.';
comment on column tat.policy.seconds_per_tat_hour is '3600; 60 in test mode.';

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
    level_id uuid primary key references workflow.approval_levels on delete cascade,
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
    next_threshold smallint,
    next_due_clock bigint,
    arrived_decided boolean not null,
    derived_at timestamptz not null,
    check ((state = 'running') = (halted_clock is null)),
    check ((halted_at is null) = (halted_clock is null)),
    check ((next_threshold is null) = (next_due_clock is null)),
    check (state <> 'cancelled' or next_due_clock is null),
    check (next_due_clock < halted_clock)
)
with (fillfactor = 80);
-- Everything still to be recorded, and nothing else: a tick reads a range of it.
create index level_clock_due on tat.level_clock (calendar_id, next_due_clock)
where next_due_clock is not null;
create index level_clock_due_at on tat.level_clock (calendar_id, due_at);

comment on table tat.level_clock is
'One row per started level, in work-clock coordinates (microseconds).';
comment on column tat.level_clock.halted_clock is
'The clock at which a stopped, paused or cancelled level stands still.';
comment on column tat.level_clock.budget is 'The TAT in microseconds of work clock.';
comment on column tat.level_clock.next_due_clock is
'The lowest threshold point not yet recorded; only points already passed remain once a level stands still.';
comment on column tat.level_clock.arrived_decided is
'The level was already decided when it was first seen: its alerts are a replay.';

create table tat.tat_alerts (
    alert_id uuid primary key default gen_random_uuid(),
    request_id uuid not null references workflow.workflow_requests,
    level_id uuid not null references workflow.approval_levels,
    approver_id uuid not null references workflow.users,
    alert_type text not null check (alert_type in ('TAT_50', 'TAT_75', 'TAT_100')),
    threshold_percentage numeric(6, 3) not null,
    tat_hours_allocated numeric(10, 2) not null,
    tat_hours_elapsed numeric(10, 2) not null,
    tat_hours_remaining numeric(10, 2) not null,
    level_start_time timestamptz not null,
    alert_sent_at timestamptz not null,
    expected_completion_time timestamptz,
    alert_message text not null,
    notification_sent boolean not null default false,
    notification_channels text[] not null default '{}',
    is_breached boolean not null,
    was_completed_on_time boolean,
    completion_time timestamptz,
    metadata jsonb not null default '{}',
    created_at timestamptz not null default clock_timestamp(),
    cycle integer not null default 1,
    threshold_crossed_at timestamptz not null,
    unique (level_id, cycle, alert_type),
    check (is_breached = (alert_type = 'TAT_100')),
    check (threshold_crossed_at <= alert_sent_at)
);
create index tat_alerts_request_id on tat.tat_alerts (request_id);
create index tat_alerts_alert_sent_at on tat.tat_alerts (alert_sent_at);
comment on table tat.tat_alerts is
'Every threshold crossing, once per level, cycle and alert type.';

create table tat.outbox (
    outbox_id bigint generated always as identity primary key,
    alert_id uuid not null unique references tat.tat_alerts on delete cascade,
    recipient_id uuid not null references workflow.users,
    channels text[] not null,
    queued_at timestamptz not null,
    delivered_at timestamptz
);
create index outbox_undelivered on tat.outbox (queued_at) where delivered_at is null;
comment on table tat.outbox is 'Notifications to deliver; written in the transaction of their alert.';

create table tat.tick_log (
    tick_id bigint generated always as identity primary key,
    origin text not null check (origin in ('sensor', 'command', 'load')),
    as_of timestamptz not null,
    started_at timestamptz not null,
    finished_at timestamptz not null,
    levels_derived integer not null,
    levels_claimed integer not null,
    alerts_recorded integer not null,
    notifications_queued integer not null,
    max_lateness_seconds numeric(14, 3),
    backlog bigint not null
);
create index tick_log_finished_at on tat.tick_log (finished_at);
comment on column tat.tick_log.backlog is 'Levels past a threshold that this tick left for the next.';

grant update (tat50_alert_sent, tat75_alert_sent, tat_breached, tat_start_time, level_start_time)
on workflow.approval_levels to tat_engine;
-- Key share locks need a column to be updatable.
grant update (updated_at) on workflow.workflow_requests, workflow.users to tat_engine;
grant insert on workflow.activities to tat_engine;
grant insert, update, delete on
tat.level_clock, tat.tat_alerts, tat.outbox, tat.tick_log, tat.calendar, tat.work_interval
to tat_engine;
grant select on tat.tat_alerts to tat_bi;
