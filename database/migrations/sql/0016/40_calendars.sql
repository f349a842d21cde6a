-- Calendars as clocks that only run in working time. Clocks are microseconds (bigint).

create table tat.setting (
    setting_name text primary key,
    setting_value text not null
);
comment on table tat.setting is 'Facts of this installation, such as time_zone.';

create table tat.calendar (
    calendar_id integer generated always as identity primary key,
    calendar_name text not null unique,
    time_zone text not null,
    is_always_open boolean not null default false,
    department text,
    location text,
    span_starts_on date,
    span_ends_on date,
    anchor_on date,
    variant_of integer references tat.calendar,
    revision integer not null default 1,
    moved_from timestamptz,
    check (span_starts_on < span_ends_on),
    check (variant_of <> calendar_id)
);
comment on table tat.calendar is
'One row per work clock. Its intervals are generated over [span_starts_on, span_ends_on).';
comment on column tat.calendar.department is
'Holidays restricted to departments apply to calendars of those; a variant serves approvers of it.';
comment on column tat.calendar.location is
'Holidays restricted to locations apply to calendars of those; a variant serves approvers of it.';
comment on column tat.calendar.anchor_on is
'The local day on which the clock reads zero; an always-open clock reads the epoch.';
comment on column tat.calendar.variant_of is
'The calendar that this one replaces for approvers of its department and location (null fits any).';
comment on column tat.calendar.revision is
'Counts the changes that moved working time inside the generated span; alerts keep it.';
comment on column tat.calendar.moved_from is
'From which instant on the latest revision moved working time.';
create index calendar_variant_of on tat.calendar (variant_of);

create table tat.weekly_window (
    calendar_id integer not null references tat.calendar on delete cascade,
    iso_weekday smallint not null check (iso_weekday between 1 and 7),
    opens_at time not null,
    closes_at time not null,
    primary key (calendar_id, iso_weekday, opens_at),
    check (opens_at < closes_at)
);
comment on table tat.weekly_window is
'Working windows by weekday (1 = Monday), several a day allowed, local time of the calendar.';

create table tat.work_interval (
    calendar_id integer not null references tat.calendar on delete cascade,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    clock_at_start bigint not null,
    is_span_end boolean not null default false,
    primary key (calendar_id, starts_at, is_span_end)
    include (ends_at, clock_at_start),
    check (starts_at <= ends_at)
);
create index work_interval_clock
on tat.work_interval (calendar_id, clock_at_start, starts_at)
include (ends_at, is_span_end);
comment on table tat.work_interval is
'Working windows as instants, with the clock at their start. An empty interval marks each end of the span.';

create table tat.calendar_day (
    calendar_id integer not null references tat.calendar on delete cascade,
    day date not null,
    opens_at time not null,
    closes_at time not null,
    primary key (calendar_id, day, opens_at),
    check (opens_at < closes_at)
);
comment on table tat.calendar_day is
'Windows of single days, local time of the calendar: a day listed here has these and no others, holiday or not.';

create table tat.calendar_change (
    changed_at timestamptz not null default now()
);
comment on table tat.calendar_change is 'A row here makes the next tick generate the calendars again.';
