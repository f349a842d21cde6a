{# Whether this run may write the live schemas: those that analysts read and Dagster builds. #}
{% macro is_live() -%}
    {{ return(target.name == 'prod') }}
{%- endmacro %}


{# A model lives in the schema that it names; on other targets than `prod`, behind the name of the target's own schema. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- if is_live() -%}
        {{ return((custom_schema_name or target.schema) | trim) }}
    {%- endif -%}
    {% do check_schema_prefix() %}
    {{ return([target.schema, custom_schema_name] | select | join('_')) }}
{%- endmacro %}


{# A prefix that no live schema has, and that leaves room for the schema's own name. #}
{% macro check_schema_prefix() %}
    {%- if not modules.re.fullmatch('(dev|ci)_[a-z0-9][a-z0-9_]{0,39}', target.schema) -%}
        {{ exceptions.raise_compiler_error(
            "The target " ~ target.name ~ " would build into schemas that begin with '" ~ target.schema
            ~ "'. Set TAT_" ~ ('CI' if target.name == 'ci' else 'DEV') ~ "_NAME to at most 40 letters, digits and"
            ~ " underscores: its schemas begin with that, after dev_ or ci_."
        ) }}
    {%- endif -%}
{% endmacro %}


{# Stops a run that would make views of other rows than those of the source, before it replaces the first. `clone` runs
   no hooks: the materialization of views asks again. #}
{% macro refuse_wrong_rows() %}
    {%- if execute and invocation_args_dict.sample -%}
        {{ exceptions.raise_compiler_error(
            '--sample takes rows of each table by a time of its own, so a request would lose its levels and alerts.'
            ~ ' Models are views and copy no rows: run without it, or with --empty.'
        ) }}
    {%- endif -%}
    {%- set refused = {
        '--empty': flags.EMPTY,
        '--defer': invocation_args_dict.defer,
        'clone': flags.WHICH == 'clone',
    } -%}
    {%- for word, is_asked in refused.items() if execute and is_live() and is_asked -%}
        {{ exceptions.raise_compiler_error(
            word ~ ' would have live views show other rows than those of the source, so nothing was built.'
            ~ ' Use it with --target dev.'
        ) }}
    {%- endfor -%}
{% endmacro %}


{# The schemas of this target. #}
{% macro list_own_schemas() %}
    {%- set models = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') -%}
    {{ return(models | map(attribute='schema') | unique | sort) }}
{% endmacro %}


{# Drops a person's or a job's schemas with all that is in them:
   dbt run-operation drop_own_schemas --target dev. #}
{% macro drop_own_schemas() %}
    {%- if is_live() -%}
        {{ exceptions.raise_compiler_error('The schemas of the target prod are live and are not dropped.') }}
    {%- endif -%}
    {%- for schema in list_own_schemas() -%}
        {% do adapter.drop_schema(api.Relation.create(database=target.database, schema=schema)) %}
        {{ log('dropped ' ~ schema, info=True) }}
    {%- endfor -%}
{% endmacro %}


{# A model's query with one alias for each relation. With --empty dbt puts a subquery with an alias of its own in the
   place of a relation, which PostgreSQL does not take beside the model's (dbt-labs/dbt-adapters#199). #}
{% macro leave_one_alias(sql) %}
    {{ return(modules.re.sub('\\) _dbt_limit_subq_\\w+(\\s+as\\s)', ')\\1', sql)) }}
{% endmacro %}
