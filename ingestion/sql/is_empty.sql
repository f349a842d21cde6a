-- Whether a table has no row yet.
select not exists (select 1 from workflow.{table_name})
