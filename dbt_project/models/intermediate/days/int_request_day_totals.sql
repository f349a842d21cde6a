with stored as (

    select * from {{ ref('int_request_day_totals_stored') }}

),

corrections as (

    {{ corrections_of(
        'kpi_date',
        request_day_totals(),
        ref('int_request_day_contributions'),
        ref('int_changed_requests')
    ) }}

),

totals as (

    {{ corrected_totals('kpi_date', request_day_totals(), 'stored', 'corrections') }}

)

select * from totals
