-- What is written back to the app's tables.

create table tat.write_back (
    table_name text primary key check (table_name in ('tat_alerts', 'approval_levels')),
    target_schema text not null,
    target_name text not null,
    columns jsonb not null,
    lookups jsonb not null,
    switched_on_at timestamptz not null default clock_timestamp()
);
comment on table tat.write_back is
'The app''s tables that are written to. Empty: nothing is.';
comment on column tat.write_back.columns is 'The app''s name of each column that is written.';

comment on column tat.write_back.lookups is
'How the app''s own keys are found at the source, for columns whose UUIDs were made of them.';

create table tat.unwritten (
    table_name text not null,
    row_key uuid not null,
    queued_at timestamptz not null default clock_timestamp(),
    attempts integer not null default 0,
    try_at timestamptz not null default clock_timestamp(),
    last_error text
)
with (autovacuum_vacuum_scale_factor = 0);
comment on table tat.unwritten is
'Alerts and levels with flags that the app has not been told of yet, or no longer as they are.';
comment on column tat.unwritten.last_error is 'Why the app''s database refused the row.';
