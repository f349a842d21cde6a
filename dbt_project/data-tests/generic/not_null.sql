{# dbt's own, with a sentence for the Dagster UI. #}
{% test not_null(model, column_name) %}
{{ config(meta={'description': column_name ~ ' is never null.'}) }}

{{ default__test_not_null(model, column_name) }}

{% endtest %}
