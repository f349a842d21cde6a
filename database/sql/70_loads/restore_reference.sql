-- Bring back a foreign key that a first load dropped; fails where a row breaks it.
create or replace function tat.restore_reference() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    execute format(
        'alter table %s add constraint %I %s',
        new.table_name, new.constraint_name, new.definition
    );
    delete from tat.suspended_reference
    where table_name = new.table_name and constraint_name = new.constraint_name;
    return null;
end
$$;
