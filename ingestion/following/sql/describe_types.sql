-- Names and categories of types; of a domain those of the type that it restricts.
select
    pg_type.oid::bigint as oid,
    format_type(pg_type.oid, null) as full_name,
    base.typname as type_name,
    base.typcategory::text as category
from pg_type
inner join pg_type as base
    on base.oid = case when pg_type.typtype = 'd' then pg_type.typbasetype else pg_type.oid end
where pg_type.oid = any(%(oids)s::oid[])
