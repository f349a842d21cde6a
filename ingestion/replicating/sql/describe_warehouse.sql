-- Which server and database this is, and which of these tables it has already.
select
    (select pg_control_system.system_identifier::text from pg_control_system()) as server,
    (select pg_database.oid::text from pg_database where datname = current_database()) as place,
    exists (
        select 1 from pg_namespace where pg_namespace.nspname = %(schema)s
    ) as has_schema,
    array(
        select pg_class.relname::text
        from pg_class
        inner join pg_namespace on pg_namespace.oid = pg_class.relnamespace
        where pg_namespace.nspname = %(schema)s and pg_class.relname = any(%(tables)s)
    ) as present
