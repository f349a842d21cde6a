with stored as (

    select * from {{ ref('int_initiator_totals_stored') }}

),

corrections as (

    {{ corrections_of(
        'initiator_id', initiator_totals(), ref('int_initiator_contributions'), ref('int_changed_requests')
    ) }}

),

totals as (

    {{ corrected_totals('initiator_id', initiator_totals(), 'stored', 'corrections') }}

)

select * from totals
