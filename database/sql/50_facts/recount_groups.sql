-- Counts groups again from the stored rows of their fact, whether or not they are there already.
create or replace function tat.recount_groups(p_groups tat.stored_fact, p_keys jsonb) returns void
language plpgsql
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
declare
    are_equal text;
    columns text;
begin
    select string_agg(quote_ident(column_name), ', ' order by column_order)
    into columns
    from tat.list_totals(p_groups);
    select string_agg(format('counted.%1$s = touched.%1$s', key_column), ' and ')
    into are_equal
    from unnest(string_to_array(p_groups.key_column, ', ')) as key_column;
    execute format(
        'delete from %1$s as counted using jsonb_populate_recordset(null::%1$s, $1) as touched where %2$s',
        p_groups.stored_relation,
        are_equal
    ) using p_keys;
    execute format(
        'insert into %1$s (%2$s, %3$s) select %2$s, %3$s '
        'from (select distinct %2$s from jsonb_populate_recordset(null::%1$s, $1)) as touched '
        'cross join lateral ('
        'select %3$s from %4$s as counted where %5$s offset 0'
        ') as recounted',
        p_groups.stored_relation,
        p_groups.key_column,
        columns,
        p_groups.source_relation,
        are_equal
    ) using p_keys;
end
$$;
