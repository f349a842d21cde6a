{# Data tests of what changed. With TAT_TEST_SCOPE set to `changed` in the environment, a test of rows that belong to
   requests looks at those of tat.request_to_test alone; without it, and where rows belong to no request, at all.
   A variable of dbt's would have the whole project parsed anew each time that it changes.

   Requests are picked by comparing with an array, which PostgreSQL takes into most views, as it does not a join.
   Models with the meta `asked_one_by_one`, which count several things for a request, are asked for one at a time.
   Those with the meta `tested_requests` have no more than so many tested, of all: those that changed last. #}

{% macro read_test_scope() %}
    {%- set scope = env_var('TAT_TEST_SCOPE', 'all') -%}
    {%- if scope not in ('all', 'changed') -%}
        {{ exceptions.raise_compiler_error('TAT_TEST_SCOPE is ' ~ scope ~ '; it can be all or changed.') }}
    {%- endif -%}
    {{ return(scope) }}
{% endmacro %}

{# dbt puts this in the place of every tested model: its rows, or those that the test's `where` and the scope leave. #}
{% macro default__get_where_subquery(relation) -%}
    {%- set condition = config.get('where', '') -%}
    {%- if condition or execute and name_tested_requests(relation) -%}
        (
            select *
            from {{ rows_to_test(relation) }}
            {%- if condition %}
            where {{ condition }}
            {%- endif %}
        ) as tested_rows
    {%- else -%}
        {{ return(relation) }}
    {%- endif -%}
{%- endmacro %}


{# The rows of a relation that are in scope, as a relation of their own. #}
{% macro rows_to_test(relation) -%}
    {%- set requests = name_tested_requests(relation) if execute -%}
    {%- if not requests -%}
        {{ return(relation) }}
    {%- endif -%}
    {%- set node = find_node(relation) -%}
    {%- if node.config.meta.asked_one_by_one -%}
        (
            select found.*
            from {{ requests }} as tested_requests
            cross join
                {{ rows_of_request(relation.render(), 'tested_requests.request_id', 'found') }}
        ) as rows_to_test
    {%- elif 'request_id' in node.columns -%}
        (
            select *
            from {{ relation }}
            where request_id = any(array(select request_id from {{ requests }} as tested_requests))
        ) as rows_to_test
    {%- else -%}
        (
            select *
            from {{ relation }}
            where level_id = any(array(
                select approval_levels.level_id
                from workflow.approval_levels
                inner join {{ requests }} as tested_requests
                    on approval_levels.request_id = tested_requests.request_id
            ))
        ) as rows_to_test
    {%- endif -%}
{%- endmacro %}


{# The requests whose rows of a relation are in scope; none where that is all of them, or rows belong to no request. #}
{% macro name_tested_requests(relation) -%}
    {%- set node = find_node(relation) or {'columns': {}} -%}
    {%- set is_of_requests = 'request_id' in node.columns or 'level_id' in node.columns -%}
    {%- if is_of_requests and read_test_scope() == 'changed' -%}
        {{ return('tat.request_to_test') }}
    {%- elif is_of_requests and node.config.meta.tested_requests -%}
        {{ return(
            '(select request_id from workflow.workflow_requests order by updated_at desc limit '
            ~ node.config.meta.tested_requests ~ ')'
        ) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}


{# The model or source that a relation is. #}
{% macro find_node(relation) %}
    {%- set model_id = ['model', project_name, relation.identifier] | join('.') -%}
    {%- set source_id = ['source', project_name, relation.schema, relation.identifier] | join('.') -%}
    {{ return(graph.nodes.get(model_id) or graph.sources.get(source_id)) }}
{% endmacro %}


{# At the start of a run: what it will test. What is stored again meanwhile is not tested for sure. #}
{% macro mark_untested_requests() -%}
    {%- if execute and is_live() and flags.WHICH in ('build', 'test') -%}
        select tat.lock_stored_facts();
        update tat.untested_request
        set tested_by = '{{ invocation_id }}'
    {%- endif -%}
{%- endmacro %}


{# At the end of a run in which every data test of the project passed: forgets what it tested; where that was all
   rows, those of rebuilt tables are among them. A test that fails among all rows has all tested until
   it passes: the row may belong to a request that does not change. #}
{% macro remember_what_was_tested(results) -%}
    {%- if execute and is_live() and flags.WHICH in ('build', 'test') -%}
        {%- set tests = graph.nodes.values() | selectattr('resource_type', 'equalto', 'test') | list -%}
        {%- set tested = results | selectattr('node.resource_type', 'equalto', 'test') | list -%}
        {%- set passed = tested | selectattr('status', 'in', ['pass', 'warn']) | list -%}
        {%- set failed = tested | selectattr('status', 'in', ['fail', 'error']) | list -%}
        {%- set is_whole = read_test_scope() == 'all' -%}
        select tat.lock_stored_facts();
        {% if is_whole and failed -%}
            update tat.stored_fact
            set is_tested = false
        {%- elif passed | length == tests | length -%}
            delete from tat.untested_request
            where tested_by = '{{ invocation_id }}';
            {% if is_whole -%}
            update tat.stored_fact
            set is_tested = true
            where not is_tested
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
