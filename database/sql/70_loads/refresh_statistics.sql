-- Fresh statistics for a table of which a load changed a tenth or more. The loader may
-- write to the source tables but does not own them.
create or replace function tat.refresh_statistics(p_table_name text, p_rows_changed bigint)
returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (
        select 1
        from pg_class
        where oid = to_regclass(format('workflow.%I', p_table_name))
            and p_rows_changed > 0
            and p_rows_changed * 10 >= reltuples
    ) then
        execute format('analyze workflow.%I', p_table_name);
        return true;
    end if;
    return false;
end
$$;
comment on function tat.refresh_statistics(text, bigint) is
'Analyzes a table of workflow after a load that changed at least a tenth of its rows.';
