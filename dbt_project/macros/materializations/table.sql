{# Tables refilled in place, in one transaction: readers see the old rows until the new ones are there,
   and the views that read the table stand. #}
{% materialization table, adapter='postgres' %}

    {%- set table_relation = this.incorporate(type='table') -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% set standing = compare_with_standing(table_relation, sql) %}
    {%- if standing.exists and standing.is_table and standing.columns_match -%}
        {%- if config.get('contract').enforced -%}
            {% do get_assert_columns_equivalent(sql) %}
        {%- endif -%}
        {% call statement('main') -%}
            delete from {{ table_relation }};
            insert into {{ table_relation }}
            {{ sql }}
        {%- endcall %}
    {%- else -%}
        {%- if standing.exists -%}
            {% do retire_relation(table_relation, standing.oid) %}
        {%- endif -%}
        {% call statement('main') -%}
            {{ get_create_table_as_sql(False, table_relation, sql) }}
        {%- endcall %}
        {% do create_indexes(table_relation) %}
    {%- endif -%}

    {% do apply_grants(table_relation, config.get('grants'), should_revoke=True) %}
    {% do persist_docs(table_relation, model) %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [table_relation]}) }}

{% endmaterialization %}
