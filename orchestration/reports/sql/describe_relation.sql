-- The columns of a relation, and what dbt has written down about it and them.
select
    attributes.attname as name,
    format_type(attributes.atttypid, null) as data_type,
    coalesce(col_description(attributes.attrelid, attributes.attnum), '') as meaning,
    coalesce(obj_description(attributes.attrelid, 'pg_class'), '') as description
from pg_attribute as attributes
where
    attributes.attrelid = to_regclass(%(relation)s)
    and attributes.attnum > 0
    and not attributes.attisdropped
order by attributes.attnum
