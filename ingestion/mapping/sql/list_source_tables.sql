-- The tables and views of a source that may be read, by schema.
select
    pg_namespace.nspname as schema_name,
    pg_class.relname as table_name
from pg_catalog.pg_class
inner join pg_catalog.pg_namespace on pg_class.relnamespace = pg_namespace.oid
where
    pg_class.relkind in ('r', 'p', 'v', 'm', 'f')
    and pg_namespace.nspname not in ('pg_catalog', 'information_schema')
    and has_schema_privilege(pg_namespace.oid, 'usage')
    and has_table_privilege(pg_class.oid, 'select')
order by pg_namespace.nspname, pg_class.relname
