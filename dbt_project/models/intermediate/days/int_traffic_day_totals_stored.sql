{{ config(
    materialized='stored',
    key='kpi_date',
    totals_of='int_traffic_stored',
    indexes=[{'columns': ['kpi_date'], 'unique': True}]
) }}

with contributions as (

    select * from {{ ref('int_traffic_day_contributions') }}
    where is_stored

),

totals as (

    select
        kpi_date,
        {{ sum_totals(traffic_day_totals()) }}
    from contributions
    group by kpi_date

)

select * from totals
