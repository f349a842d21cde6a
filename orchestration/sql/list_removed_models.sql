-- Views and tables of dbt in its schemas that no model makes, and what reads each of them.
select
    pg_namespace.nspname as schema_name,
    pg_class.relname as relation_name,
    pg_namespace.nspname || '.' || pg_class.relname as relation,
    case pg_class.relkind when 'v' then 'view' else 'table' end as kind,
    (
        select string_agg(distinct reader.relnamespace::regnamespace || '.' || reader.relname, ', ')
        from pg_depend
        inner join pg_rewrite
            on pg_depend.classid = 'pg_rewrite'::regclass and pg_depend.objid = pg_rewrite.oid
        inner join pg_class as reader on pg_rewrite.ev_class = reader.oid
        where pg_depend.refobjid = pg_class.oid and reader.oid <> pg_class.oid
    ) as read_by
from pg_class
inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid
where pg_namespace.nspname = any(%(schemas)s)
    and pg_class.relkind in ('v', 'r', 'p')
    and pg_class.relowner = 'tat_dbt'::regrole
    and pg_class.relname !~ '__renamed_[0-9]+$'
    and pg_namespace.nspname || '.' || pg_class.relname <> all(%(models)s)
    and pg_class.relname <> all(%(kept)s)
order by relation
