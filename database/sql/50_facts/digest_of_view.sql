-- What says which rows a fact has: the text of its view and of all views and functions below it.
create or replace function tat.digest_of_view(p_view text) returns text
language sql stable
set search_path = pg_catalog
as $$
    with recursive parts as (
        select 'pg_class'::regclass::oid as catalog_id, p_view::regclass::oid as object_id
        union
        select pg_depend.refclassid, pg_depend.refobjid
        from parts
        left join pg_rewrite
            on parts.catalog_id = 'pg_class'::regclass and pg_rewrite.ev_class = parts.object_id
        inner join pg_depend
            on pg_depend.classid = case
                when pg_rewrite.oid is null then parts.catalog_id
                else 'pg_rewrite'::regclass
            end
            and pg_depend.objid = coalesce(pg_rewrite.oid, parts.object_id)
        where pg_depend.refclassid in ('pg_class'::regclass, 'pg_proc'::regclass)
            and (pg_rewrite.oid is not null or parts.catalog_id = 'pg_proc'::regclass)
    ),

    definitions as (
        select pg_get_viewdef(pg_class.oid) as definition
        from parts
        inner join pg_class
            on parts.catalog_id = 'pg_class'::regclass and pg_class.oid = parts.object_id
        where pg_class.relkind = 'v'
        union all
        select pg_get_functiondef(pg_proc.oid)
        from parts
        inner join pg_proc
            on parts.catalog_id = 'pg_proc'::regclass and pg_proc.oid = parts.object_id
        where pg_proc.prokind = 'f' and pg_proc.pronamespace <> 'pg_catalog'::regnamespace
    )

    select md5(string_agg(definition, E'\n' order by definition collate "C")) from definitions;
$$;
comment on function tat.digest_of_view(text) is
'A digest of the text of a view and of all views and functions that it reads, down to the tables.';
