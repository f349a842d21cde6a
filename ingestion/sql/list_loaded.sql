-- The loaded rows that may clash with those of a pass, and these themselves.
select
    loaded.{key},
    {loaded_columns}
from workflow.{table_name} as loaded
where {loaded_is_near}
