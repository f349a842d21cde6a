-- List the roles, existing or not, that the member can't take on yet.
select wanted.role_name
from unnest(%(roles)s::text[]) with ordinality as wanted (role_name, position)
left join pg_catalog.pg_roles on wanted.role_name = pg_roles.rolname
where
    pg_roles.oid is null
    or not pg_catalog.pg_has_role(%(member)s::name, pg_roles.oid, %(privilege)s)
order by wanted.position
