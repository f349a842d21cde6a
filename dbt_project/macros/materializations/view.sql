{# Views replaced in place: a reader, or a view built on one, never finds it missing.
   An unchanged definition is left alone, so an ordinary build takes no lock that readers would wait for. #}
{% materialization view, adapter='postgres' %}

    {%- set view_relation = this.incorporate(type='view') -%}
    {%- set sql = leave_one_alias(sql) -%}
    {% do refuse_wrong_rows() %}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% set existing = compare_with_existing(view_relation, sql) %}
    {%- if existing.is_same_view -%}
        {%- if config.get('contract').enforced -%}
            {% do get_assert_columns_equivalent(sql) %}
        {%- endif -%}
        {% do store_raw_result('main', message='UNCHANGED', code='UNCHANGED', rows_affected=0) %}
    {%- else -%}
        {%- if existing.exists and not (existing.kind == 'v' and existing.columns_fit) -%}
            {% do rename_to_drop_later(view_relation, existing.oid) %}
        {%- endif -%}
        {% call statement('main') -%}
            {{ get_replace_view_sql(view_relation, sql) }}
        {%- endcall %}
    {%- endif -%}

    {% do apply_grants(view_relation, config.get('grants'), should_revoke=True) %}
    {% do persist_docs(view_relation, model) %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [view_relation]}) }}

{% endmaterialization %}
