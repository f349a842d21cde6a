with requests as (

    select * from {{ ref('stg_workflow__requests') }}

),

bounds as (

    select
        {{ local_day(as_of()) }} as last_day,
        {{ local_day('min(created_at)') }} as first_day
    from requests

),

final as (

    select spine.day as local_day
    from bounds
    cross join
        {{ day_series('bounds.first_day', 'bounds.last_day', 'spine') }}

)

select * from final
