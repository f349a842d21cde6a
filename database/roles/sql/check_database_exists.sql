-- Tell whether the server has a database of this name.
select exists(
    select 1 from pg_catalog.pg_database
    where pg_database.datname = %(name)s
)
