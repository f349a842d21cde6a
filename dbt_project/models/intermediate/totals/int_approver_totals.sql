with stored as (

    select * from {{ ref('int_approver_totals_stored') }}

),

corrections as (

    {{ corrections_of(
        'approver_id', approver_totals(), ref('int_approver_contributions'), ref('int_changed_requests')
    ) }}

),

totals as (

    {{ corrected_totals('approver_id', approver_totals(), 'stored', 'corrections') }}

)

select * from totals
