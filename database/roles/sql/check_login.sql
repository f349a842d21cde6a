-- Tell whether a role may log in, the verifier of its password and what is set for it; no row without it.
select
    pg_authid.rolcanlogin,
    pg_authid.rolpassword,
    (
        select pg_db_role_setting.setconfig
        from pg_catalog.pg_db_role_setting
        where pg_db_role_setting.setrole = pg_authid.oid
            and pg_db_role_setting.setdatabase = 0
    ) as settings
from pg_catalog.pg_authid
where pg_authid.rolname = %(role)s
