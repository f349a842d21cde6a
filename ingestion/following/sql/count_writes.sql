-- How many rows were ever written to tables. A replica does not count.
select
    case
        when not pg_is_in_recovery() then sum(
            pg_stat_all_tables.n_tup_ins
            + pg_stat_all_tables.n_tup_upd
            + pg_stat_all_tables.n_tup_del
        )::bigint
    end as writes
from pg_stat_all_tables
inner join unnest(%(schemas)s::text[], %(names)s::text[]) as wanted (schema_name, table_name)
    on wanted.schema_name = pg_stat_all_tables.schemaname
    and wanted.table_name = pg_stat_all_tables.relname
