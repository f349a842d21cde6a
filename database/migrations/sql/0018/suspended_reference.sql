-- Foreign keys that a first load has dropped and that come back as it commits.
create table tat.suspended_reference (
    table_name regclass not null,
    constraint_name name not null,
    definition text not null,
    primary key (table_name, constraint_name)
);
comment on table tat.suspended_reference is
'One row per foreign key that the running first load has dropped; empty for everyone else.';
