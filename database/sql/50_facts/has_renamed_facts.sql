-- Whether views may still read a fact as it was before it changed its columns.
create or replace function tat.has_renamed_facts() returns boolean
language sql stable
begin atomic
    select exists (
        select from pg_class
        where pg_class.relkind in ('r', 'p') and pg_class.relname ~ '_stored__renamed_'
    );
end;
