-- Key and digest of each row whose key ends as given.
copy (
    select
        source.{key},
        ('x' || left(md5({row_text}), 16))::bit(64)::bigint
    from {relation} as source
    where {condition} and right(source.{key}::text, 3) = any({buckets}::text[])
) to stdout
