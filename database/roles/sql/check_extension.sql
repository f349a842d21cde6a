-- Tell whether the server offers an extension that this database does not have yet.
select exists(
    select 1
    from pg_catalog.pg_available_extensions
    where
        pg_available_extensions.name = %(name)s
        and pg_available_extensions.installed_version is null
)
