{{ config(
    materialized='incremental',
    unique_key='kpi_date',
    totals_of='int_levels_stored',
    indexes=[{'columns': ['kpi_date'], 'unique': True}]
) }}

select
    kpi_date,
    {{ sum_totals(level_day_totals()) }}
from {{ ref('int_levels_by_day') }}
where is_stored
group by kpi_date
