-- A request and the rows of it, or the keys whose totals they touch, are replaced in one transaction;
-- what is added up is corrected by the difference, so the cost is that of the change.
create or replace function tat.add_to_totals(
    p_totals tat.stored_fact, p_requests uuid[], p_sign integer
)
returns void
language plpgsql
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
declare
    summed text;
    corrected text;
    columns text;
begin
    select
        string_agg(
            format('(%s * sum(added.%I))::%s', p_sign, column_name, data_type),
            ', ' order by column_order
        ),
        string_agg(
            format('%1$I = total.%1$I + excluded.%1$I', column_name), ', ' order by column_order
        ),
        string_agg(quote_ident(column_name), ', ' order by column_order)
    into summed, corrected, columns
    from tat.list_totals(p_totals);
    execute format(
        'insert into %1$s as total (%2$s, %3$s) '
        'select %2$s, %4$s '
        'from unnest($1) as changed (request_id) '
        'cross join lateral ('
        'select * from %5$s as candidate '
        'where candidate.request_id = changed.request_id and candidate.is_stored offset 0'
        ') as added '
        'group by %2$s order by %2$s '
        'on conflict (%2$s) do update set %6$s',
        p_totals.stored_relation,
        p_totals.key_column,
        columns,
        summed,
        p_totals.source_relation,
        corrected
    ) using p_requests;
end
$$;
