-- Tell whether a role exists and whether it may log in; no row when it does not exist.
select pg_roles.rolcanlogin
from pg_catalog.pg_roles
where pg_roles.rolname = %(role)s
