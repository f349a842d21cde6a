{# dbt's own, with a sentence for the Dagster UI. What `to` is, dbt knows only once it has parsed. #}
{% test relationships(model, column_name, to, field) %}
{{ config(meta={'description': column_name ~ ', where given, is a ' ~ field ~ ' that is there.'}) }}

{{ default__test_relationships(model, column_name, to, field) }}

{% endtest %}
