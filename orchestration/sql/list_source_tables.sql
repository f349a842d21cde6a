-- How far each table of the source was read.
select
    source_table.table_name as table,
    source_table.rows_loaded as rows_read,
    source_table.followed_at,
    source_table.compared_at,
    case
        when source_table.fault is not null then 'not followed'
        when not source_table.is_loaded then 'loading'
        when source_table.held_back is not null then 'held back'
        else 'followed'
    end as state,
    coalesce(source_table.fault, source_table.held_back) as reason,
    source_table.advice,
    array_to_string(source_table.other_columns, ', ') as other_columns
from tat.source_table
order by source_table.table_name
