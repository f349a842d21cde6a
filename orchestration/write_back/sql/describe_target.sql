-- The columns of a table of the app, and whether this login may fill them.
select
    pg_attribute.attname as column_name,
    format_type(pg_attribute.atttypid, null) as type_name,
    pg_type.typname = 'uuid' or pg_type.typcategory = 'S' as holds_keys,
    pg_attribute.attnotnull and not pg_attribute.atthasdef and pg_attribute.attidentity = ''
        as is_required,
    has_column_privilege(pg_class.oid, pg_attribute.attnum, 'insert') as may_insert,
    has_column_privilege(pg_class.oid, pg_attribute.attnum, 'update') as may_update,
    has_column_privilege(pg_class.oid, pg_attribute.attnum, 'select') as may_select,
    exists (
        select 1
        from pg_index
        where pg_index.indrelid = pg_class.oid
            and pg_index.indisunique
            and pg_index.indpred is null
            and pg_index.indnkeyatts = 1
            and pg_index.indkey[0] = pg_attribute.attnum
    ) as is_unique
from pg_class
inner join pg_attribute on pg_attribute.attrelid = pg_class.oid
inner join pg_type on pg_type.oid = pg_attribute.atttypid
where pg_class.oid = to_regclass(%(target)s)
    and pg_attribute.attnum > 0
    and not pg_attribute.attisdropped
    and pg_attribute.attgenerated = ''
order by pg_attribute.attnum
