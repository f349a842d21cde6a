-- Alerts, what is to be sent of them, and what each tick did.

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
create index tat_alerts_recorded_live on tat.tat_alerts (created_at)
include (threshold_crossed_at)
where metadata ->> 'origin' = 'tick';
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
