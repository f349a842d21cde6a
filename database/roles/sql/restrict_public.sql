-- Keep temporary objects, large objects and advisory locks to the product's own roles: analysts have no use for them.
do $$
declare
    restricted regprocedure;
begin
    execute format('revoke temporary on database %I from public', current_database());
    execute format(
        'grant temporary on database %I to tat_owner, tat_engine, tat_ingest, tat_dbt',
        current_database()
    );
    for restricted in
        select pg_proc.oid::regprocedure
        from pg_proc
        where pg_proc.pronamespace = 'pg_catalog'::regnamespace
            and pg_proc.proname ~ '^(lo_|loread|lowrite|pg_(try_)?advisory_)'
            and has_function_privilege('tat_bi', pg_proc.oid, 'execute')
    loop
        execute format('revoke execute on function %s from public', restricted);
        execute format(
            'grant execute on function %s to tat_owner, tat_engine, tat_ingest, tat_dbt',
            restricted
        );
    end loop;
end
$$
