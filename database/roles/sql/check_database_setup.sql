-- Tell whether this database has its search path, holds tables of others, lets the owner create schemas, and dbt where we may allow that.
select
    exists(
        select 1
        from pg_catalog.pg_db_role_setting
        where
            pg_db_role_setting.setdatabase = pg_database.oid
            and pg_db_role_setting.setrole = 0
            and %(setting)s = any(pg_db_role_setting.setconfig)
    ) as has_search_path,
    exists(
        select 1
        from pg_catalog.pg_class
        inner join pg_catalog.pg_namespace
            on pg_namespace.oid = pg_class.relnamespace
        where
            pg_class.relkind in ('r', 'p')
            and pg_namespace.nspname <> all(%(own_schemas)s)
            and pg_catalog.pg_get_userbyid(pg_class.relowner) <> all(%(own_roles)s)
            and pg_namespace.nspname <> 'information_schema'
            and pg_namespace.nspname not like 'pg\_%%'
    ) as is_shared,
    exists(
        select 1
        from pg_catalog.pg_roles
        where
            pg_roles.rolname = %(owner)s
            and pg_catalog.has_database_privilege(
                pg_roles.oid, pg_database.oid, 'CREATE'
            )
    ) as owner_can_create,
    exists(
        select 1
        from pg_catalog.pg_roles
        where
            pg_roles.rolname = %(dbt)s
            and pg_catalog.has_database_privilege(
                pg_roles.oid, pg_database.oid, 'CREATE'
            )
    )
    or not pg_catalog.pg_has_role(pg_database.datdba, 'USAGE') as dbt_can_create
from pg_catalog.pg_database
where pg_database.datname = current_database()
