-- What stands under a name in the app's schema, and what this login may do with it.
select
    pg_class.relkind::text as kind,
    pg_get_userbyid(pg_class.relowner) as owner,
    pg_has_role(current_user, pg_class.relowner, 'usage') as is_owned,
    row_security_active(pg_class.oid) as hides_rows
from pg_class
inner join pg_namespace on pg_namespace.oid = pg_class.relnamespace
where pg_namespace.nspname = %(schema)s and pg_class.relname = %(name)s
