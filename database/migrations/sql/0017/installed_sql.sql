-- What of database/sql this database has, in which form.
create table tat.installed_sql (
    path text primary key,
    digest text not null,
    installed_at timestamptz not null default now()
);
comment on table tat.installed_sql is
'One row per file of database/sql that was run: a file is run again once its digest differs.';
