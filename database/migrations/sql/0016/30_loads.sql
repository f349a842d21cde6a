-- What every load did, and the rows that could not be landed, each with its reasons.

create table tat.load_batch (
    batch_id bigint generated always as identity primary key,
    source text not null,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz
);

create table tat.load_result (
    batch_id bigint not null references tat.load_batch on delete cascade,
    table_name text not null,
    rows_read bigint not null,
    rows_inserted bigint not null,
    rows_updated bigint not null,
    rows_unchanged bigint not null,
    rows_quarantined bigint not null,
    rows_waiting bigint not null,
    unknown_columns text[] not null default '{}',
    primary key (batch_id, table_name),
    check (
        rows_read
        = rows_inserted + rows_updated + rows_unchanged + rows_quarantined + rows_waiting
    )
);

create table tat.quarantine (
    quarantine_id bigint generated always as identity primary key,
    table_name text not null,
    row_key text,
    row_number bigint,
    source_row jsonb not null,
    row_digest uuid not null generated always as (md5(source_row::text)::uuid) stored,
    reasons text[] not null,
    is_waiting boolean not null default false,
    waits_for_table text,
    waits_for_key uuid,
    row_updated_at timestamptz,
    first_batch_id bigint references tat.load_batch,
    last_batch_id bigint references tat.load_batch,
    quarantined_at timestamptz not null default clock_timestamp(),
    resolved_at timestamptz,
    unique (table_name, row_digest),
    check (is_waiting = (waits_for_key is not null)),
    check ((waits_for_table is null) = (waits_for_key is null))
);
create index quarantine_waiting
on tat.quarantine (table_name, waits_for_table, waits_for_key)
where is_waiting and resolved_at is null;
create index quarantine_unresolved on tat.quarantine (table_name, row_key)
where resolved_at is null;
comment on table tat.quarantine is
'Rows kept out, with the reasons. Waiting rows lack a parent and are tried again by later loads.';
comment on column tat.quarantine.row_key is
'The key that the row would have landed under; null when it has none.';
comment on column tat.quarantine.row_number is
'Where the row stands in its file, counted as a spreadsheet does (a header is row 1).';
comment on column tat.quarantine.waits_for_key is
'The first missing parent of a waiting row, which is tried again once that has landed.';
comment on column tat.quarantine.resolved_at is
'When a later load landed the row, or a version of it at least as new.';
comment on table tat.load_result is
'One row per batch and table; every row that was read is counted once.';
