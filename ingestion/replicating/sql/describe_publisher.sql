-- What the source's server allows, and which server it is.
select
    current_setting('wal_level') as wal_level,
    current_setting('max_slot_wal_keep_size') as keep_size,
    pg_roles.rolreplication or pg_roles.rolsuper as may_replicate,
    pg_is_in_recovery() as is_replica,
    (select pg_control_system.system_identifier::text from pg_control_system()) as server
from pg_roles
where pg_roles.rolname = current_user
