{# How the relation that exists in the database compares with what `sql` would make.
   Two builds at once wait for each other here, one relation at a time.
   Returns exists, oid, kind (relkind of pg_class: v, r or p), columns_match (same columns), columns_fit (same, or
   more at the end), is_same_view. #}
{% macro compare_with_existing(relation, sql) %}
    {% call statement('compare_with_existing', fetch_result=True) %}
        select pg_advisory_xact_lock(7280, hashtext('{{ relation }}'));

        create temporary view new_form as (
            {{ sql }}
        );

        with existing as (
            select
                to_regclass('{{ relation }}') as relation_id
        ),

        existing_columns as (
            select attnum, attname, format_type(atttypid, atttypmod) as data_type, attcollation
            from pg_attribute
            inner join existing on existing.relation_id = pg_attribute.attrelid
            where attnum > 0 and not attisdropped
        ),

        new_columns as (
            select attnum, attname, format_type(atttypid, atttypmod) as data_type, attcollation
            from pg_attribute
            where attrelid = 'pg_temp.new_form'::regclass and attnum > 0
        ),

        differences as (
            select
                count(*) filter (where new_columns.attnum is null) as columns_lost,
                count(*) filter (where existing_columns.attnum is null) as columns_gained
            from existing_columns
            full join new_columns using (attnum, attname, data_type, attcollation)
        )

        select
            pg_class.oid is not null,
            coalesce(pg_class.oid, 0)::bigint,
            pg_class.relkind::text,
            differences.columns_lost = 0 and differences.columns_gained = 0,
            differences.columns_lost = 0,
            coalesce(
                pg_class.relkind = 'v'
                and pg_get_viewdef(pg_class.oid)
                = pg_get_viewdef('pg_temp.new_form'::regclass),
                false
            )
        from differences
        cross join existing
        left join pg_class on pg_class.oid = existing.relation_id;
    {% endcall %}
    {% set row = load_result('compare_with_existing')['data'][0] %}
    {% call statement('drop_new_form') %}
        drop view pg_temp.new_form
    {% endcall %}
    {{ return({
        'exists': row[0],
        'oid': row[1],
        'kind': row[2],
        'columns_match': row[3],
        'columns_fit': row[4],
        'is_same_view': row[5] and row[4],
    }) }}
{% endmacro %}


{# Renames a relation that can't be replaced in place. What reads it goes on reading it under its new name until
   it is built again; drop_unused_relations drops it at the end of the run. #}
{% macro rename_to_drop_later(relation, oid, reason='changed its columns') %}
    {% set new_name = relation.identifier[:40] ~ '__renamed_' ~ oid %}
    {{ log(relation ~ ' ' ~ reason ~ ': renamed, and dropped once nothing reads it', info=True) }}
    {% call statement('rename_to_drop_later') %}
        alter table {{ relation }} rename to {{ new_name }};
        alter table {{ relation.incorporate(path={'identifier': new_name}) }}
        set schema {{ target.schema if is_live() else relation.schema }};
    {% endcall %}
{% endmacro %}


{# Drops renamed relations, and intermediate ones whose model is gone, once nothing reads them; the others wait for
   a later run. A query that began before its view was built again may hold one of them and want another. So all are
   dropped or none, and after a moment again: the query must not be the one that the server takes for the deadlock's
   cause. What other targets built with --defer or clone reads live relations too: it goes first, as nothing is stored
   while a renamed table is left. #}
{% macro drop_unused_relations() %}
    {%- if execute -%}
    {%- set intermediate = generate_schema_name('intermediate', none) -%}
    {%- set own_schemas = list_own_schemas() | join("', '") -%}
    do $$
    declare
        unused record;
        reader record;
        was_dropped boolean;
        patience text := current_setting('lock_timeout');
    begin
        perform set_config('lock_timeout', '20ms', true);
        for attempt in 1..600 loop
            begin
                loop
                    was_dropped := false;
                    for unused in
                        select pg_class.oid::regclass as relation_id, pg_class.relkind
                        from pg_class
                        where pg_class.relkind in ('v', 'r', 'p')
                            and not pg_class.relispartition
                            and (
                                pg_class.relnamespace::regnamespace::text in ('{{ own_schemas }}')
                                and pg_class.relname ~ '__renamed_[0-9]+$'
                                or pg_class.relnamespace::regnamespace::text = '{{ intermediate }}'
                                and pg_class.relname not in (
                                    {%- for model in graph.nodes.values() if model.schema == intermediate %}
                                    '{{ model.alias }}'{{ ',' if not loop.last }}
                                    {%- endfor %}
                                )
                            )
                    loop
                        {%- if is_live() %}
                        for reader in
                            select distinct pg_class.oid::regclass::text as relation_name
                            from pg_depend
                            inner join pg_rewrite
                                on pg_depend.classid = 'pg_rewrite'::regclass
                                and pg_depend.objid = pg_rewrite.oid
                            inner join pg_class on pg_rewrite.ev_class = pg_class.oid
                            where pg_depend.refobjid = unused.relation_id
                                and pg_class.relnamespace::regnamespace::text ~ '^(dev|ci)_'
                        loop
                            execute format('drop view if exists %s cascade', reader.relation_name);
                        end loop;
                        {%- endif %}
                        begin
                            execute format(
                                'drop %s %s',
                                case unused.relkind when 'v' then 'view' else 'table' end,
                                unused.relation_id
                            );
                            was_dropped := true;
                        exception when dependent_objects_still_exist then
                            null;
                        end;
                    end loop;
                    exit when not was_dropped;
                end loop;
                exit;
            exception when lock_not_available then
                perform pg_sleep(0.1);
            end;
        end loop;
        perform set_config('lock_timeout', patience, true);
        {%- if is_live() %}
        perform tat.forget_built_changes();
        {%- endif %}
    end
    $$
    {%- endif -%}
{% endmacro %}
