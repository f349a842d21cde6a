-- Delete the rows that are gone.
delete from workflow.{table_name}
where {key} = any(%(keys)s::uuid[])
