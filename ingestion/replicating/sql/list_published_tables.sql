-- The tables of the publication, if there is one.
select
    pg_publication_tables.schemaname as schema_name,
    pg_publication_tables.tablename as table_name
from pg_publication_tables
where pg_publication_tables.pubname = %(publication)s
