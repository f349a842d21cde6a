-- The rows taken out of a pass, in their order, each with the parents it lacks.
select
    misfit.row_id,
    min(misfit.row_key) as row_key,
    min(misfit.row_updated_at) as row_updated_at,
    coalesce(
        array_agg(misfit.child_column order by misfit.ordinal)
        filter (where misfit.child_column is not null),
        '{}'
    ) as child_columns,
    min(misfit.parent_key::text) filter (
        where misfit.ordinal = misfit.first_ordinal
    ) as parent_key,
    bool_or(misfit.is_overlap) as is_overlap
from (
    select
        misfit.*,
        min(misfit.ordinal) over (partition by misfit.row_id) as first_ordinal
    from pg_temp.misfit
) as misfit
group by misfit.row_id
order by misfit.row_id
