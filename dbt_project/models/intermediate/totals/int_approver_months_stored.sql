{{ config(
    materialized='incremental',
    unique_key=['approver_id', 'decided_month'],
    totals_of='int_levels_stored',
    indexes=[{'columns': ['approver_id', 'decided_month'], 'unique': True}]
) }}

select * from {{ ref('int_approver_months_counted') }}
