-- The triggers that note changes, with their arguments between zero bytes.
select
    pg_namespace.nspname as schema_name,
    pg_class.relname as relation_name,
    pg_trigger.tgname as trigger_name,
    pg_trigger.tgargs as arguments,
    pg_trigger.tgenabled = 'A' as is_always
from pg_trigger
inner join pg_class on pg_class.oid = pg_trigger.tgrelid
inner join pg_namespace on pg_namespace.oid = pg_class.relnamespace
where pg_trigger.tgfoid = to_regproc('tat.capture_source_change')
order by pg_namespace.nspname, pg_class.relname, pg_trigger.tgname
