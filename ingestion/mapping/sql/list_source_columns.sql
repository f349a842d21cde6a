-- The columns of a schema's tables and views that may be read, with the labels of enums.
select
    pg_class.relname as table_name,
    pg_attribute.attname as column_name,
    pg_type.typname::text as type_name,
    array(
        select pg_enum.enumlabel::text
        from pg_catalog.pg_enum
        where pg_enum.enumtypid = pg_type.oid
        order by pg_enum.enumsortorder
    ) as labels
from pg_catalog.pg_attribute
inner join pg_catalog.pg_class on pg_attribute.attrelid = pg_class.oid
inner join pg_catalog.pg_type on pg_attribute.atttypid = pg_type.oid
where
    pg_class.relnamespace = to_regnamespace(quote_ident(%(schema)s))
    and pg_class.relkind in ('r', 'p', 'v', 'm', 'f')
    and pg_attribute.attnum > 0
    and not pg_attribute.attisdropped
    and has_table_privilege(pg_class.oid, 'select')
order by pg_class.relname, pg_attribute.attnum
