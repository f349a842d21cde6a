-- Write back to a table from now on.
insert into tat.write_back (table_name, target_schema, target_name, columns, lookups)
values (%(table_name)s, %(schema)s, %(name)s, %(columns)s, %(lookups)s)
on conflict (table_name) do update
set
    target_schema = excluded.target_schema,
    target_name = excluded.target_name,
    columns = excluded.columns,
    lookups = excluded.lookups
