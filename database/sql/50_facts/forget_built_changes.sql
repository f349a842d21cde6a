-- Forgets the changes that every fact holds since it was rebuilt.
create or replace function tat.forget_built_changes() returns void
language sql
begin atomic
    delete from tat.request_change
    where not tat.has_renamed_facts()
        and (
            select bool_and(
                pg_visible_in_snapshot(request_change.captured_by, stored_fact.built_in)
            )
            from tat.stored_fact
            where stored_fact.totals_of is null
        );
end;
