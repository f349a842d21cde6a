{# How the relation that stands in the database compares with what `sql` would make.
   Two builds at once wait for each other here, one relation at a time.
   Returns exists, oid, kind (relkind of pg_class: v, r or p), columns_match (same columns), columns_fit (same, or
   more at the end), is_same_view. #}
{% macro compare_with_standing(relation, sql) %}
    {% call statement('compare_with_standing', fetch_result=True) %}
        select pg_advisory_xact_lock(7280, hashtext('{{ relation }}'));

        create temporary view standing_probe as (
            {{ sql }}
        );

        with standing as (
            select
                to_regclass('{{ relation }}') as relation_id
        ),

        standing_columns as (
            select attnum, attname, format_type(atttypid, atttypmod) as data_type, attcollation
            from pg_attribute
            inner join standing on standing.relation_id = pg_attribute.attrelid
            where attnum > 0 and not attisdropped
        ),

        new_columns as (
            select attnum, attname, format_type(atttypid, atttypmod) as data_type, attcollation
            from pg_attribute
            where attrelid = 'pg_temp.standing_probe'::regclass and attnum > 0
        ),

        differences as (
            select
                count(*) filter (where new_columns.attnum is null) as columns_lost,
                count(*) filter (where standing_columns.attnum is null) as columns_gained
            from standing_columns
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
                = pg_get_viewdef('pg_temp.standing_probe'::regclass),
                false
            )
        from differences
        cross join standing
        left join pg_class on pg_class.oid = standing.relation_id;
    {% endcall %}
    {% set row = load_result('compare_with_standing')['data'][0] %}
    {% call statement('drop_probe') %}
        drop view pg_temp.standing_probe
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


{# Renames a relation out of the way when it can't be replaced in place. What reads it goes on reading it
   under its new name until it is built again; drop_retired_relations clears it away at the end of the run. #}
{% macro retire_relation(relation, oid, reason='changed its columns') %}
    {% set retired_name = relation.identifier[:40] ~ '__retired_' ~ oid %}
    {{ log(relation ~ ' ' ~ reason ~ ': the old one stands aside until nothing reads it', info=True) }}
    {% call statement('retire_relation') %}
        alter table {{ relation }} rename to {{ retired_name }};
        alter table {{ relation.incorporate(path={'identifier': retired_name}) }}
        set schema {{ target.schema }};
    {% endcall %}
{% endmacro %}


{# Drops the retired relations that nothing reads any more; the others wait for a later run.
   A query that began before its view was built again may hold one of them and want another. So all are dropped
   or none, and after a moment anew: the query must not be the one that the server takes for the deadlock's cause. #}
{% macro drop_retired_relations() %}
    do $$
    declare
        retired record;
        was_dropped boolean;
        patience text := current_setting('lock_timeout');
    begin
        perform set_config('lock_timeout', '20ms', true);
        for attempt in 1..600 loop
            begin
                loop
                    was_dropped := false;
                    for retired in
                        select pg_class.oid::regclass as relation_name, pg_class.relkind
                        from pg_class
                        where pg_class.relnamespace = '{{ target.schema }}'::regnamespace
                            and pg_class.relname ~ '__retired_[0-9]+$'
                            and pg_class.relkind in ('v', 'r', 'p')
                    loop
                        begin
                            execute format(
                                'drop %s %s',
                                case retired.relkind when 'v' then 'view' else 'table' end,
                                retired.relation_name
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
        perform tat.forget_built_changes();
    end
    $$
{% endmacro %}
