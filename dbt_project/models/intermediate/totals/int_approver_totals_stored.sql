{{ config(
    materialized='incremental',
    unique_key='approver_id',
    totals_of='int_levels_stored',
    indexes=[{'columns': ['approver_id'], 'unique': True}]
) }}

select
    approver_id,
    {{ sum_totals(approver_totals()) }}
from {{ ref('int_levels_by_approver') }}
where is_stored
group by approver_id
