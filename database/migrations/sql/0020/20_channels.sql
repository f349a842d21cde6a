-- How people are reached.
create table tat.channel (
    channel_name text primary key check (channel_name ~ '^[a-z][a-z0-9_]{0,30}$'),
    kind text not null check (kind in ('in_app', 'folder', 'smtp', 'webhook', 'apprise')),
    url text,
    is_active boolean not null default true,
    keeps_quiet_hours boolean not null default true,
    digest text not null default 'none' check (digest in ('none', 'hourly', 'daily')),
    summary_above smallint check (summary_above > 0),
    messages_per_minute integer not null default 600 check (messages_per_minute > 0),
    attempts smallint not null default 8 check (attempts between 1 and 100),
    is_private_allowed boolean not null default false,
    language text not null default 'en' check (language ~ '^[a-z]{2}(_[A-Z]{2})?$'),
    operators text,
    failures integer not null default 0,
    paused_until timestamptz,
    last_error text,
    check ((url is null) = (kind in ('in_app', 'folder'))),
    check (operators is null or kind <> 'in_app')
);
comment on table tat.channel is 'How people are reached; policies name channels.';
comment on column tat.channel.url is
'Where it sends to. ${NAME} stands for an environment variable, so that no secret is kept here; {address} for the receiver''s address.';
comment on column tat.channel.keeps_quiet_hours is
'What falls due outside the receiver''s working hours waits for the next.';
comment on column tat.channel.digest is
'One message for all that an hour or a day brings a person; none: one for each alert.';
comment on column tat.channel.summary_above is
'More than so many due at once for one person become one message; null: never.';
comment on column tat.channel.attempts is 'After so many a message is dead.';
comment on column tat.channel.is_private_allowed is
'A webhook may call addresses of private networks and of this machine.';
comment on column tat.channel.operators is
'The address of the operators on this channel; null: they are not told by it.';
comment on column tat.channel.failures is 'How often in a row it could not be reached.';
comment on column tat.channel.paused_until is 'Until when it is left alone after that.';

insert into tat.channel (channel_name, kind, keeps_quiet_hours, summary_above, operators)
values
('in_app', 'in_app', false, null, null),
('email', 'folder', false, 5, 'operators@localhost');

create table tat.user_channel (
    user_id uuid not null references workflow.users on delete cascade,
    channel_name text not null references tat.channel on delete cascade,
    address text,
    is_wanted boolean not null default true,
    primary key (user_id, channel_name)
);
comment on table tat.user_channel is
'What is particular to a person on a channel. Mail goes to workflow.users.email without a row here.';
comment on column tat.user_channel.is_wanted is 'False: the person is not told by this channel.';

create table workflow.delegations (
    delegation_id uuid primary key default gen_random_uuid(),
    user_id uuid not null references workflow.users,
    delegate_id uuid not null references workflow.users,
    starts_at timestamptz not null,
    ends_at timestamptz,
    reason text,
    is_active boolean not null default true,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    check (starts_at <= ends_at)
);
create index delegations_user_id on workflow.delegations (user_id);
comment on table workflow.delegations is
'Who is told in place of somebody who is away, and from when until when.';
