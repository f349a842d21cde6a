{{ config(
    materialized='stored',
    key='request_id',
    indexes=[{'columns': ['request_id', 'kpi_date'], 'unique': True}],
    post_hook={'sql': 'vacuum (analyze) {{ this }}', 'transaction': False}
) }}

select * from {{ ref('int_traffic_measured') }}
