{{ config(
    materialized='stored',
    key='request_id',
    indexes=[
        {'columns': ['request_id', 'is_started', 'completed_within_tat']},
        {'columns': ['level_end_time']},
        {'columns': ['approver_id', 'halted_tat_hours']},
        {'columns': ['is_unfinished']},
    ],
    post_hook={'sql': 'vacuum (analyze) {{ this }}', 'transaction': False}
) }}

select * from {{ ref('int_levels_measured') }}
