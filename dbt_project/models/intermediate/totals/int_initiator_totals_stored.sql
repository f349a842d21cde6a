{{ config(
    materialized='stored',
    key='initiator_id',
    totals_of='int_requests_stored',
    indexes=[{'columns': ['initiator_id'], 'unique': True}]
) }}

with contributions as (

    select * from {{ ref('int_initiator_contributions') }}
    where is_stored

),

totals as (

    select
        initiator_id,
        {{ sum_totals(initiator_totals()) }}
    from contributions
    group by initiator_id

)

select * from totals
