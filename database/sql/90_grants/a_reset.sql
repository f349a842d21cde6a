-- Takes every privilege away, so that the lists beside this file are all that holds.
alter default privileges revoke execute on functions from public;
alter default privileges in schema workflow grant select on tables to tat_engine, tat_dbt;
alter default privileges in schema workflow grant select, insert, update on tables to tat_ingest;
alter default privileges in schema tat grant select on tables to tat_engine, tat_ingest, tat_dbt;
alter default privileges in schema tat grant usage on sequences to tat_engine, tat_ingest;

revoke all on all tables in schema workflow, tat from tat_engine, tat_ingest, tat_dbt, tat_bi;
revoke all on all sequences in schema tat from tat_engine, tat_ingest, tat_dbt, tat_bi;

do $$
declare
    ours regprocedure;
begin
    -- Functions of extensions belong to others.
    for ours in
        select pg_proc.oid::regprocedure
        from pg_proc
        where pg_proc.pronamespace = 'tat'::regnamespace
            and pg_proc.proowner = current_user::regrole
    loop
        execute format(
            'revoke all on function %s from public, tat_engine, tat_ingest, tat_dbt, tat_bi',
            ours
        );
    end loop;
end
$$;
