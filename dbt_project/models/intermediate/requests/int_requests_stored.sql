{{ config(
    materialized='incremental',
    unique_key='request_id',
    indexes=[
        {'columns': ['request_id'], 'unique': True},
        {'columns': ['submission_month']},
        {'columns': ['submission_date']},
        {'columns': ['submission_day']},
        {'columns': ['closure_day']},
        {'columns': ['last_activity_at']},
        {'columns': ['is_open', 'submission_day']},
        {'columns': [
            'department_key', 'submission_month', 'cycle_time_hours', 'request_id'
        ]},
    ]
) }}

select * from {{ ref('int_requests_current') }}
