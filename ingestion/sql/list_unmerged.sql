-- The rows taken out of a pass, in their order, each with the parents it lacks.
select
    unmerged.row_id,
    min(unmerged.row_key) as row_key,
    min(unmerged.row_updated_at) as row_updated_at,
    coalesce(
        array_agg(unmerged.child_column order by unmerged.ordinal)
        filter (where unmerged.child_column is not null),
        '{}'
    ) as child_columns,
    min(unmerged.parent_key::text) filter (
        where unmerged.ordinal = unmerged.first_ordinal
    ) as parent_key,
    bool_or(unmerged.is_overlap) as is_overlap
from (
    select
        unmerged.*,
        min(unmerged.ordinal) over (partition by unmerged.row_id) as first_ordinal
    from pg_temp.unmerged
) as unmerged
group by unmerged.row_id
order by unmerged.row_id
