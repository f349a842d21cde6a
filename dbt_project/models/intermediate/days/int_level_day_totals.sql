with stored as (

    select * from {{ ref('int_level_day_totals_stored') }}

),

corrections as (

    {{ corrections_of(
        'kpi_date',
        level_day_totals(),
        ref('int_level_day_contributions'),
        ref('int_changed_requests')
    ) }}

),

totals as (

    {{ corrected_totals('kpi_date', level_day_totals(), 'stored', 'corrections') }}

)

select * from totals
