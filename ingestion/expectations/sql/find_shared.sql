-- Rows that share with another the values that each should have alone.
select shared.*
from (
    select
        candidates.*,
        count(*) over (partition by {shared_values}) as sharing
    from {candidates} as candidates
    where {condition}
) as shared
where shared.sharing > 1
