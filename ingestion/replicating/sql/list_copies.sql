-- The tables that the subscription keeps.
select
    pg_namespace.nspname as schema_name,
    pg_class.relname as table_name
from pg_subscription_rel
inner join pg_subscription on pg_subscription.oid = pg_subscription_rel.srsubid
inner join pg_class on pg_class.oid = pg_subscription_rel.srrelid
inner join pg_namespace on pg_namespace.oid = pg_class.relnamespace
where pg_subscription.subname = %(subscription)s
