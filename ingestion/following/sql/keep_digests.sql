-- Key and digest of each row here whose key ends as given.
create temporary table here as
select
    source.{key} as row_key,
    ('x' || left(md5({row_text}), 16))::bit(64)::bigint as digest
from {relation} as source
where {condition} and right(source.{key}::text, 3) = any({buckets}::text[])
