-- Let rows say that they are gone.
update workflow.{table_name}
set {assignments}
where {key} = any(%(keys)s::uuid[])
