-- The rows of a pass as a merge would leave them, and the loaded ones that may clash with them.
select
    incoming.{key},
    {merged_columns}
from pg_temp.incoming
left join workflow.{table_name} as loaded on incoming.{key} = loaded.{key}
where loaded.{key} is null or {incoming_is_newer}
union all
select
    loaded.{key},
    {loaded_columns}
from workflow.{table_name} as loaded
left join pg_temp.incoming on loaded.{key} = incoming.{key}
where {loaded_is_near}
    and (incoming.{key} is null or not {incoming_is_newer})
