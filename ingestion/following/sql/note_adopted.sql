-- Follow the tables of a schema by their triggers from now on.
insert into tat.adopted_schema (schema_name, is_replicated)
values (%(schema)s, %(is_replicated)s)
on conflict (only_one) do update
set schema_name = excluded.schema_name, is_replicated = excluded.is_replicated
