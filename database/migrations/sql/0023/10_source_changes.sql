-- What triggers on the app's own tables note, in the transaction of the app's change.

-- No index, for none of its readers needs one, and a write of the app pays for each. What is empty
-- after a crowd of changes is soon given back, since every round reads all of it.
create table tat.source_change (
    table_name text not null,
    row_key text,
    changed_at timestamptz not null default clock_timestamp()
)
with (autovacuum_vacuum_scale_factor = 0);
comment on table tat.source_change is
'Rows of the app''s tables that changed since they were read, by their key there.';
comment on column tat.source_change.table_name is 'The contract''s table that the row belongs to.';
comment on column tat.source_change.row_key is
'The key as the app has it; null where any row of the table may have changed.';

create table tat.source_miss (
    table_name text not null,
    missed_at timestamptz not null default clock_timestamp()
);
comment on table tat.source_miss is
'Tables of the app whose change could not be noted in source_change; they are compared as a whole.';

create table tat.adopted_schema (
    only_one boolean primary key default true check (only_one),
    schema_name text not null,
    is_replicated boolean not null,
    adopted_at timestamptz not null default clock_timestamp()
);
comment on table tat.adopted_schema is
'The schema of this database whose tables are followed by their triggers, if any.';
comment on column tat.adopted_schema.is_replicated is
'The tables are copies that PostgreSQL keeps of another database''s; else they are the app''s own.';
