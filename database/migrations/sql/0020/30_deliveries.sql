-- A tick chooses no channels any more: what these return has changed.
drop function if exists tat.record_alerts(tat.level_clock[], bigint[], timestamptz);
drop function if exists tat.describe_crossings(tat.level_clock[], bigint[], timestamptz);

-- What became of each alert for each receiver and channel.
create table tat.notice (
    notice_id bigint generated always as identity primary key,
    notice_key text not null unique,
    subject text not null,
    body text not null,
    created_at timestamptz not null default clock_timestamp(),
    routed_at timestamptz
);
create index notice_unrouted on tat.notice (notice_id) where routed_at is null;
comment on table tat.notice is 'What operators are told: runs that failed, checks that are red.';
comment on column tat.notice.notice_key is 'A key that is there already is not told again.';

create table tat.delivery (
    delivery_id bigint generated always as identity primary key,
    alert_id uuid references tat.tat_alerts on delete cascade,
    notice_id bigint references tat.notice on delete cascade,
    recipient_id uuid references workflow.users,
    recipient_role text not null check (recipient_role in ('approver', 'manager', 'operator')),
    stands_in_for uuid references workflow.users,
    channel_name text not null,
    repetition smallint not null default 0 check (repetition >= 0),
    state text not null default 'queued'
    check (state in ('queued', 'sending', 'sent', 'failed', 'dead', 'suppressed')),
    reason text,
    queued_at timestamptz not null,
    send_at timestamptz not null,
    next_attempt_at timestamptz not null,
    attempts smallint not null default 0,
    message_id uuid,
    sender integer,
    claimed_at timestamptz,
    finished_at timestamptz,
    unique nulls not distinct (alert_id, notice_id, recipient_id, channel_name, repetition),
    check ((alert_id is null) <> (notice_id is null)),
    check ((recipient_role = 'operator') = (notice_id is not null)),
    check ((recipient_id is null) = (notice_id is not null)),
    check ((state in ('sent', 'dead', 'suppressed')) = (finished_at is not null)),
    check ((state = 'sending') = (sender is not null)),
    check (state <> 'suppressed' or reason is not null),
    check (state not in ('sending', 'sent') or message_id is not null)
);
create index delivery_to_send on tat.delivery (channel_name, next_attempt_at, delivery_id)
where state in ('queued', 'failed');
create index delivery_sending on tat.delivery (sender) where state = 'sending';
create index delivery_message_id on tat.delivery (message_id);
create index delivery_claimed_at on tat.delivery (channel_name, claimed_at);
create index delivery_finished_at on tat.delivery (finished_at);
create index delivery_notice_id on tat.delivery (notice_id);
comment on table tat.delivery is
'One alert (or notice) for one receiver by one channel, and what became of it.';
comment on column tat.delivery.recipient_role is
'As what the receiver is told; a delegate takes the role of whom they stand in for.';
comment on column tat.delivery.repetition is '0; 1 and up are reminders after a breach.';
comment on column tat.delivery.reason is 'Why it was suppressed, or the last error.';
comment on column tat.delivery.send_at is
'Not before: later than queued_at where quiet hours or a digest hold it back.';
comment on column tat.delivery.message_id is
'The message it went out with, the same at every attempt; those of a digest share one.';
comment on column tat.delivery.sender is 'The backend that holds it while it is sent.';

alter table tat.outbox drop column channels;
alter table tat.outbox add column routed_at timestamptz;
-- What was queued before there was anything to deliver it is not sent now.
update tat.outbox set routed_at = queued_at;
drop index tat.outbox_undelivered;
create index outbox_unrouted on tat.outbox (outbox_id) where routed_at is null;
comment on table tat.outbox is
'Alerts to tell of; written in the transaction of the alert. Routing makes deliveries of them.';
comment on column tat.outbox.routed_at is 'When receivers and channels were found.';
comment on column tat.outbox.delivered_at is 'When the first of its deliveries was sent.';

create table tat.in_app_notification (
    notification_id bigint generated always as identity primary key,
    message_id uuid not null unique,
    user_id uuid not null references workflow.users,
    alert_id uuid references tat.tat_alerts on delete cascade,
    request_id uuid,
    level_id uuid,
    subject text not null,
    body text not null,
    link text,
    created_at timestamptz not null,
    read_at timestamptz
);
create index in_app_notification_unread on tat.in_app_notification (user_id, notification_id)
where read_at is null;
create index in_app_notification_alert_id on tat.in_app_notification (alert_id);
comment on table tat.in_app_notification is
'What the approval app shows a person; it sets read_at.';
