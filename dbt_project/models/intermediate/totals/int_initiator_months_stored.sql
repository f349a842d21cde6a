{{ config(
    materialized='incremental',
    unique_key=['initiator_id', 'decided_month'],
    totals_of='int_levels_stored',
    indexes=[{'columns': ['initiator_id', 'decided_month'], 'unique': True}]
) }}

select
    initiator_id,
    decided_month,
    {{ sum_totals(initiator_month_totals()) }}
from {{ ref('int_levels_by_initiator') }}
where is_stored
group by
    initiator_id,
    decided_month
