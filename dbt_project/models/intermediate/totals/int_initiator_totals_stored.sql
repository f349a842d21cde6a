{{ config(
    materialized='incremental',
    unique_key='initiator_id',
    totals_of='int_requests_stored',
    indexes=[{'columns': ['initiator_id'], 'unique': True}]
) }}

select
    initiator_id,
    {{ sum_totals(initiator_totals()) }}
from {{ ref('int_requests_by_initiator') }}
where is_stored
group by initiator_id
