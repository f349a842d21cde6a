{# dbt's own, with a sentence for the Dagster UI. #}
{% test unique(model, column_name) %}
{{ config(meta={'description': 'No two rows share a ' ~ column_name ~ '.'}) }}

{{ default__test_unique(model, column_name) }}

{% endtest %}
