-- One digest of all rows whose keys end alike, so that a few thousand numbers tell whether two
-- databases hold the same rows.
select
    right(rows.row_key, 3) as bucket,
    count(*) as row_count,
    bit_xor(rows.digest) as digest
from (
    select
        source.{key}::text as row_key,
        ('x' || left(md5({row_text}), 16))::bit(64)::bigint as digest
    from {relation} as source
    where {condition}
) as rows
group by right(rows.row_key, 3)
