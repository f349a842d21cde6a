{{ config(
    materialized='incremental',
    unique_key=['department_key', 'submission_month'],
    totals_of='int_requests_stored',
    indexes=[{'columns': ['department_key', 'submission_month'], 'unique': True}]
) }}

select
    department_key,
    submission_month,
    {{ sum_totals(department_month_totals()) }}
from {{ ref('int_requests_by_department') }}
where is_stored
group by
    department_key,
    submission_month
