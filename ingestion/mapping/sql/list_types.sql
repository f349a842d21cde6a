-- The names and kinds of a source's types.
select
    pg_type.oid::bigint as type_id,
    format_type(pg_type.oid, null) as name,
    pg_type.typname::text as catalog_name,
    pg_type.typcategory::text as category
from pg_catalog.pg_type
where pg_type.oid = any(%(type_ids)s::oid[])
