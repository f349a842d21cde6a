create or replace function tat.store_requests(p_fact tat.stored_fact, p_requests uuid[]) returns void
language plpgsql
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
declare
    columns text;
    totals tat.stored_fact;
    groups tat.stored_fact;
    touched jsonb;
begin
    select string_agg(quote_ident(attname), ', ' order by attnum)
    into columns
    from pg_attribute
    where attrelid = p_fact.stored_relation::regclass and attnum > 0 and not attisdropped;
    select jsonb_object_agg(stored_relation, tat.list_groups(stored_fact, p_requests))
    into touched
    from tat.stored_fact
    where totals_of = p_fact.stored_relation and not tat.is_added_up(stored_fact);
    for totals in
        select * from tat.stored_fact
        where totals_of = p_fact.stored_relation and tat.is_added_up(stored_fact)
    loop
        perform tat.add_to_totals(totals, p_requests, -1);
    end loop;
    execute format(
        'delete from %s where request_id = any($1)', p_fact.stored_relation
    ) using p_requests;
    execute format(
        'insert into %1$s (%2$s) select %2$s '
        'from unnest($1) as changed (changed_id) '
        'cross join lateral ('
        'select * from %3$s as candidate where candidate.request_id = changed.changed_id offset 0'
        ') as current_rows',
        p_fact.stored_relation, columns, p_fact.source_relation
    ) using p_requests;
    for totals in
        select * from tat.stored_fact
        where totals_of = p_fact.stored_relation and tat.is_added_up(stored_fact)
    loop
        perform tat.add_to_totals(totals, p_requests, 1);
    end loop;
    for groups in
        select * from tat.stored_fact
        where totals_of = p_fact.stored_relation and not tat.is_added_up(stored_fact)
    loop
        perform tat.recount_groups(
            groups,
            (touched -> groups.stored_relation) || tat.list_groups(groups, p_requests)
        );
    end loop;
end
$$;
