-- How many views analysts can read.
select count(*) as views
from pg_class
inner join pg_namespace on pg_namespace.oid = pg_class.relnamespace
where pg_namespace.nspname = 'kpi' and pg_class.relkind = 'v'
