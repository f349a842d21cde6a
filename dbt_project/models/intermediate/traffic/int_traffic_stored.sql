{{ config(
    materialized='incremental',
    unique_key='request_id',
    indexes=[{'columns': ['request_id', 'kpi_date'], 'unique': True}]
) }}

select * from {{ ref('int_traffic_current') }}
