-- The source's own keys of rows, by those that were made of them.
select
    source.{key}::text as row_key,
    source.{own_key}::text as own_key
from {relation} as source
where source.{key} = any({keys}::uuid[])
