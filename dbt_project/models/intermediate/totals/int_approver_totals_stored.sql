{{ config(
    materialized='stored',
    key='approver_id',
    totals_of='int_levels_stored',
    indexes=[{'columns': ['approver_id'], 'unique': True}]
) }}

with contributions as (

    select * from {{ ref('int_approver_contributions') }}
    where is_stored

),

totals as (

    select
        approver_id,
        {{ sum_totals(approver_totals()) }}
    from contributions
    group by approver_id

)

select * from totals
