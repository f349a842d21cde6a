-- The schema of this database whose tables are followed by their triggers.
select adopted_schema.schema_name, adopted_schema.is_replicated, adopted_schema.adopted_at
from tat.adopted_schema
