{# dbt's `incremental` for tables that are read while they are built: what a view says, kept up between builds.
   Readers leave requests that changed since aside; tat.refresh_stored_facts replaces their rows, a few requests at a
   time, the rows of every table and the sums over them in one transaction.

   Config: `unique_key` as dbt has it, and `indexes` for what readers look for. A fact has the unique key request_id
   and selects all of one view. Totals say with `totals_of` which fact they add up; they follow it in the same
   transaction, and may have several columns as their key.

   dbt's own `incremental` is one transaction for each table, so sums would not agree with their rows for a while; and
   its full refresh drops the old table with all views that read it. Here a fact is a partitioned table of one
   partition: all rows are made aside and take the old ones' place in one statement. Only where a column is lost or
   changes its type do readers go on with the old table, renamed, until they have been built again.

   What changed is noted and stored for the live tables alone: on other targets the same query is a view. #}
{% materialization incremental, adapter='postgres' %}

    {%- if not is_live() -%}
        {{ return(materialization_view_postgres()) }}
    {%- endif -%}
    {%- set stored_relation = this.incorporate(type='table') -%}
    {%- set unique_key = config.require('unique_key') -%}
    {%- set key_column = unique_key if unique_key is string else unique_key | join(', ') -%}
    {%- set totals_of = config.get('totals_of') -%}
    {%- set source_relation = find_relation(model.depends_on.nodes[0]) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% call statement('lock_stored_facts') %}
        select tat.lock_stored_facts()
    {% endcall %}
    {% set existing = compare_with_existing(stored_relation, sql) %}
    {% set is_in_form = existing.kind == ('r' if totals_of else 'p') %}
    {%- if is_in_form -%}
        {% do drop_unused_indexes(stored_relation, config.get('indexes', [])) %}
    {%- endif -%}

    {%- if is_in_form and existing.columns_match
        and is_worth_refreshing(stored_relation, source_relation, key_column) -%}
        {% do refresh_stored_facts() %}
        {% do store_raw_result('main', message='REFRESHED', code='REFRESHED', rows_affected=0) %}
    {%- else -%}
        {% do remember_stored_fact(stored_relation, source_relation, key_column, totals_of) %}
        {%- if totals_of -%}
            {% do rebuild_totals(stored_relation, existing, is_in_form, sql) %}
        {%- else -%}
            {% do rebuild_fact(stored_relation, existing, is_in_form, sql) %}
        {%- endif -%}
        {% call statement('forget_built_changes') %}
            select tat.forget_built_changes()
        {% endcall %}
    {%- endif -%}
    {% do create_missing_indexes(stored_relation, config.get('indexes', [])) %}

    {% do apply_grants(stored_relation, config.get('grants'), should_revoke=True) %}
    {% do persist_docs(stored_relation, model) %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {% call statement('analyze', auto_begin=False) %}
        analyze {{ stored_relation }}
    {% endcall %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [stored_relation]}) }}

{% endmaterialization %}


{# Makes all rows of a fact aside, with their indexes and statistics, and puts them in its place. #}
{% macro rebuild_fact(stored_relation, existing, is_in_form, sql) %}
    {% set rows_name = stored_relation.identifier ~ '__rows_' ~ invocation_id[:8] %}
    {% set rows_relation = stored_relation.incorporate(path={'identifier': rows_name}) %}
    {% call statement('main') -%}
        {{ get_create_table_as_sql(False, rows_relation, sql) }}
    {%- endcall %}
    {% do create_missing_indexes(rows_relation, config.get('indexes', [])) %}
    {%- if existing.exists and not (is_in_form and existing.columns_fit) -%}
        {% do rename_to_drop_later(stored_relation, existing.oid, 'is rebuilt') %}
    {%- endif -%}
    {% call statement('replace_rows') %}
        analyze {{ rows_relation }};
        select tat.replace_rows(
            '{{ stored_relation.include(database=false) }}',
            '{{ rows_relation.include(database=false) }}',
            '{{ config.require("unique_key") }}'
        )
    {% endcall %}
{% endmacro %}


{# Adds all totals up again, in place where they keep their columns: there are few. #}
{% macro rebuild_totals(stored_relation, existing, is_in_form, sql) %}
    {%- if is_in_form and existing.columns_match -%}
        {% call statement('main') -%}
            delete from {{ stored_relation }};
            insert into {{ stored_relation }} (
                {{ sql }}
            )
        {%- endcall %}
    {%- else -%}
        {%- if existing.exists -%}
            {% do rename_to_drop_later(stored_relation, existing.oid, 'is rebuilt') %}
        {%- endif -%}
        {% call statement('main') -%}
            {{ get_create_table_as_sql(False, stored_relation, sql) }}
        {%- endcall %}
    {%- endif -%}
{% endmacro %}


{# The relation of a model by its unique id. #}
{% macro find_relation(unique_id) %}
    {% set node = graph.nodes[unique_id] %}
    {{ return(api.Relation.create(
        database=node.database, schema=node.schema, identifier=node.alias
    )) }}
{% endmacro %}


{# Whether storing what changed is cheaper than a rebuild, and right: the table was built with the same key from the
   same view, as it is now, and totals since their fact was. #}
{% macro is_worth_refreshing(stored_relation, source_relation, key_column) %}
    {% if flags.FULL_REFRESH %}
        {{ return(false) }}
    {% endif %}
    {% call statement('is_worth_refreshing', fetch_result=True) %}
        select
            exists (
                select 1
                from tat.stored_fact
                left join tat.stored_fact as whole
                    on stored_fact.totals_of = whole.stored_relation
                where
                    stored_fact.stored_relation
                    = '{{ stored_relation.include(database=false) }}'
                    and stored_fact.source_relation
                    = '{{ source_relation.include(database=false) }}'
                    and stored_fact.key_column = '{{ key_column }}'
                    and stored_fact.definition
                    = tat.digest_of_view('{{ source_relation.include(database=false) }}')
                    and (whole.stored_at <= stored_fact.stored_at) is not false
            )
            and (select count(distinct request_id) from tat.request_change) * 5
            <= (select count(*) from {{ stored_relation }})
    {% endcall %}
    {{ return(load_result('is_worth_refreshing')['data'][0][0]) }}
{% endmacro %}


{# Creates the indexes that a table lacks. Their names hold the table's own number, so that a rebuilt one has its
   own. #}
{% macro create_missing_indexes(relation, indexes) %}
    {% for index in indexes %}
        {% call statement('create_missing_index') %}
            do $$
            begin
                execute format(
                    'create {{ 'unique ' if index.unique }}index if not exists %I'
                    ' on {{ relation }} ({{ index.columns | join(', ') }}){{ ' nulls not distinct' if index.unique }}',
                    md5('{{ index.columns | join(' ') }} ' || '{{ relation }}'::regclass::oid)
                );
            end
            $$
        {% endcall %}
    {% endfor %}
{% endmacro %}


{# Drops the indexes that a table has and its model no longer names: rows made anew would get them again. #}
{% macro drop_unused_indexes(relation, indexes) %}
    {% call statement('drop_unused_indexes') %}
        do $$
        declare
            unused record;
        begin
            for unused in
                select indexrelid::regclass as index_name
                from pg_index
                inner join pg_class on pg_class.oid = pg_index.indexrelid
                where pg_index.indrelid = '{{ relation }}'::regclass
                    and pg_class.relname <> all(array[
                        {%- for index in indexes %}
                        md5('{{ index.columns | join(' ') }} ' || '{{ relation }}'::regclass::oid)
                        {{- ',' if not loop.last }}
                        {%- endfor %}
                    ]::text[])
            loop
                execute format('drop index %s', unused.index_name);
            end loop;
        end
        $$
    {% endcall %}
{% endmacro %}


{# Stores what changed in all tables, in this transaction. #}
{% macro refresh_stored_facts() %}
    {% call statement('refresh_stored_facts') %}
        do $$
        declare
            is_left boolean := true;
        begin
            while is_left loop
                select changes_left into is_left from tat.refresh_stored_facts();
            end loop;
        end
        $$
    {% endcall %}
{% endmacro %}


{# Registers a table with what had been committed before it was built: later changes are stored. #}
{% macro remember_stored_fact(stored_relation, source_relation, key_column, totals_of) %}
    {% call statement('remember_stored_fact') %}
        insert into tat.stored_fact (
            stored_relation, source_relation, key_column, definition, totals_of, built_in
        )
        values (
            '{{ stored_relation.include(database=false) }}',
            '{{ source_relation.include(database=false) }}',
            '{{ key_column }}',
            tat.digest_of_view('{{ source_relation.include(database=false) }}'),
            {% if totals_of -%}
                '{{ find_relation("model." ~ project_name ~ "." ~ totals_of).include(database=false) }}',
                null
            {%- else -%}
                null,
                pg_current_snapshot()
            {%- endif %}
        )
        on conflict (stored_relation) do update
        set
            source_relation = excluded.source_relation,
            key_column = excluded.key_column,
            definition = excluded.definition,
            totals_of = excluded.totals_of,
            built_in = excluded.built_in,
            is_tested = false,
            stored_at = clock_timestamp()
    {% endcall %}
{% endmacro %}


{# At the end of a run, when none of its queries is left that could still see old rows: lets the tables be read from
   their indexes alone. #}
{% macro vacuum_stored_facts(results) %}
    {%- set stored = results | selectattr('node.config.materialized', 'equalto', 'incremental')
        | selectattr('status', 'equalto', 'success') | map(attribute='node.relation_name') | list -%}
    {%- if execute and stored and is_live() -%}
        vacuum {{ stored | join(', ') }}
    {%- endif -%}
{% endmacro %}


{# Forgets tables whose model is gone from the project: nothing says any more what belongs in them. #}
{% macro forget_removed_facts() %}
    {%- if execute and is_live() -%}
        delete from tat.stored_fact
        where stored_relation not in (
            {%- for node in graph.nodes.values() if node.config.materialized == 'incremental' %}
            '{{ find_relation(node.unique_id).include(database=false) }}'{{ ',' if not loop.last }}
            {%- endfor %}
        )
    {%- endif -%}
{% endmacro %}
