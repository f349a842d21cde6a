-- Facts are stored and built by one transaction at a time.
create or replace function tat.lock_stored_facts() returns void
language sql
begin atomic
    select pg_advisory_xact_lock(7280, 3);
end;
