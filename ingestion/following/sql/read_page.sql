-- The next rows of a table, in the order in which they are read.
copy (
    select
        {columns},
        source.{key} as tat_key,
        {place} as tat_place,
        {follows} as tat_changed_at
    from {relation} as source
    where {condition}
    order by {order}
    limit {rows}
) to stdout (null '')
