with source as (

    select * from {{ source('tat', 'calendar') }}

),

renamed as (

    select
        calendar_id,

        calendar_name,
        time_zone,
        is_always_open
    from source

)

select * from renamed
