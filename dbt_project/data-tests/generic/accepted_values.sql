{# dbt's own, with a sentence for the Dagster UI. #}
{% test accepted_values(model, column_name, values, quote=true) %}
{{ config(meta={'description': column_name ~ ', where given, is one of ' ~ (values | join(', ')) ~ '.'}) }}

{{ default__test_accepted_values(model, column_name, values, quote) }}

{% endtest %}
