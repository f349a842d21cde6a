-- List the product's roles that this server does not have yet, in the order given.
select wanted.role_name
from unnest(%(roles)s::text[]) with ordinality as wanted (role_name, position)
where
    not exists (
        select 1 from pg_catalog.pg_roles
        where pg_roles.rolname = wanted.role_name
    )
order by wanted.position
