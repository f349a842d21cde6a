-- Has a table of the app compared as a whole, since a change of it could not be noted.
create or replace function tat.note_source_miss(p_table text, p_reason text) returns void
language plpgsql
as $$
begin
    lock table tat.source_miss in row exclusive mode;
    insert into tat.source_miss (table_name) values (p_table);
exception
    when others then
        raise warning 'Turnaround does not know of a change in %: %', p_table, p_reason
        using hint = 'Have it compare the table with: tat source follow --compare';
end
$$;
