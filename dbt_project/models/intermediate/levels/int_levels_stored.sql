{{ config(
    materialized='incremental',
    unique_key='request_id',
    indexes=[
        {'columns': ['request_id']},
        {'columns': ['level_end_time']},
        {'columns': [
            'approver_id',
            'decided_month',
            'halted_tat_hours',
            'completed_within_tat',
            'level_status',
            'tat_hours_allocated',
        ]},
        {'columns': ['is_unfinished']},
        {'columns': ['level_status']},
        {'columns': ['decided_day']},
        {'columns': ['breach_day']},
    ]
) }}

select * from {{ ref('int_levels_current') }}
