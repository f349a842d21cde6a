-- The columns of relations named schema.name, in their order, with their exact types.
select
    pg_namespace.nspname || '.' || pg_class.relname as relation,
    pg_attribute.attname as column_name,
    format_type(pg_attribute.atttypid, pg_attribute.atttypmod) as data_type
from unnest(%(relations)s::text[]) as wanted (relation)
inner join pg_class on pg_class.oid = to_regclass(wanted.relation)
inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid
inner join pg_attribute on pg_class.oid = pg_attribute.attrelid
where pg_attribute.attnum > 0 and not pg_attribute.attisdropped
order by pg_class.oid, pg_attribute.attnum
