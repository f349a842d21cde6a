-- The columns of tables that are published. Types that only the source has come as text.
select
    pg_class.relname as table_name,
    pg_attribute.attname as column_name,
    case
        when base.typnamespace <> 'pg_catalog'::regnamespace
            or element.typnamespace <> 'pg_catalog'::regnamespace
            then case when base.typcategory = 'A' then 'text[]' else 'text' end
        when pg_type.typtype = 'd' then format_type(pg_type.typbasetype, pg_type.typtypmod)
        else format_type(pg_attribute.atttypid, pg_attribute.atttypmod)
    end as type_name,
    coalesce(pg_attribute.attnum = any(pg_index.indkey), false) as is_key
from pg_class
inner join pg_namespace on pg_namespace.oid = pg_class.relnamespace
inner join pg_attribute on pg_attribute.attrelid = pg_class.oid
inner join pg_type on pg_type.oid = pg_attribute.atttypid
inner join pg_type as base
    on base.oid = case when pg_type.typtype = 'd' then pg_type.typbasetype else pg_type.oid end
left join pg_type as element on element.oid = base.typelem and base.typcategory = 'A'
left join pg_index on pg_index.indrelid = pg_class.oid and pg_index.indisprimary
where pg_namespace.nspname = %(schema)s
    and pg_class.relname = any(%(tables)s)
    and pg_class.relkind = 'r'
    and pg_attribute.attnum > 0
    and not pg_attribute.attisdropped
    and pg_attribute.attgenerated = ''
order by pg_class.relname, pg_attribute.attnum
