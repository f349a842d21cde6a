-- Adds all rows of a fact up again, or counts all its groups. Totals whose own form is changing are left to
-- their own build.
create or replace function tat.add_up(p_totals tat.stored_fact) returns void
language plpgsql
as $$
declare
    summed text;
    columns text;
begin
    select
        string_agg(format('sum(%I)::%s', column_name, data_type), ', ' order by column_order),
        string_agg(quote_ident(column_name), ', ' order by column_order)
    into summed, columns
    from tat.list_totals(p_totals);
    execute format('delete from %s', p_totals.stored_relation);
    execute format(
        case
            when tat.is_added_up(p_totals) then
                'insert into %1$s (%2$s, %3$s) '
                'select %2$s, %4$s from %5$s where is_stored group by %2$s'
            else 'insert into %1$s (%2$s, %3$s) select %2$s, %3$s from %5$s'
        end,
        p_totals.stored_relation,
        p_totals.key_column,
        columns,
        summed,
        p_totals.source_relation
    );
    update tat.stored_fact
    set stored_at = clock_timestamp(), is_tested = false
    where stored_relation = p_totals.stored_relation;
exception when undefined_column or undefined_table then
    null;
end
$$;
