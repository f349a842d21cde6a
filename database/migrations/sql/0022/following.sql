-- How far the app's own database was followed, and what stands in the way.

create table tat.source (
    only_one boolean primary key default true check (only_one),
    address text not null,
    server text,
    read_at timestamptz,
    open_transactions jsonb not null default '{}',
    looked_at timestamptz,
    followed_at timestamptz,
    failed_at timestamptz,
    failure text,
    check ((failed_at is null) = (failure is null))
);
comment on table tat.source is 'The database that is followed, as it was last seen. One row.';
comment on column tat.source.server is
'Tells one start of the server from another: after a restart or a failover all tables are compared.';
comment on column tat.source.read_at is 'The source''s own clock when it was last read.';
comment on column tat.source.open_transactions is
'Transactions that ran at the source then, with the instant before which each changed nothing.';
comment on column tat.source.looked_at is 'When it was last asked, whether it answered or not.';
comment on column tat.source.followed_at is 'When everything that had changed was last loaded.';
comment on column tat.source.failed_at is 'Since when it does not answer; null while it does.';

create table tat.source_table (
    table_name text primary key,
    relation text not null,
    is_loaded boolean not null default false,
    reached_at timestamptz,
    reached_key text,
    read_from timestamptz,
    next_read_from timestamptz,
    writes bigint,
    rows_loaded bigint not null default 0,
    followed_at timestamptz,
    compared_at timestamptz,
    columns text[],
    other_columns text[] not null default '{}',
    fault text,
    faulty_since timestamptz,
    held_back text,
    advice text,
    allows_loss boolean not null default false,
    check ((fault is null) = (faulty_since is null))
);
comment on table tat.source_table is 'How far each table of the source was read.';
comment on column tat.source_table.is_loaded is
'Whether the first load, in the order of keys, is through.';
comment on column tat.source_table.reached_key is
'The key of the last row that was loaded (the source''s own where it is read by that), with reached_at while changes are read.';
comment on column tat.source_table.read_from is
'By the source''s clock: what changed before this is loaded.';
comment on column tat.source_table.next_read_from is
'What read_from becomes once the reading that is under way is through.';
comment on column tat.source_table.writes is
'What the source had counted of writes when the whole table was last compared.';
comment on column tat.source_table.columns is 'The contract''s columns that the source has.';
comment on column tat.source_table.other_columns is
'The source''s columns that the contract does not have.';
comment on column tat.source_table.fault is 'Why the table is not followed; null while it is.';
comment on column tat.source_table.held_back is
'Why rows that the source no longer has are still here; null where none are.';
comment on column tat.source_table.advice is
'What would spare the source work, such as an index.';
comment on column tat.source_table.allows_loss is
'Somebody said that the rows which the source no longer has are meant to be gone.';

create table tat.gone_row (
    table_name text not null,
    row_key uuid not null,
    found_at timestamptz not null default clock_timestamp(),
    primary key (table_name, row_key)
);
comment on table tat.gone_row is
'Rows here that the source does not have: deleted there, or from before it was followed.';
