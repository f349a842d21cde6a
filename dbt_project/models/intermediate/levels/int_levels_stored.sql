{{ config(
    materialized='incremental',
    unique_key='request_id',
    indexes=[
        {'columns': ['request_id']},
        {'columns': ['level_end_time']},
        {'columns': ['approver_id', 'halted_tat_hours']},
        {'columns': ['approver_id', 'decided_month']},
        {'columns': ['is_unfinished']},
    ]
) }}

select * from {{ ref('int_levels_current') }}
