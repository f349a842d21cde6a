with source as (

    select * from {{ source('tat', 'policy') }}

),

renamed as (

    select
        policy_id,
        calendar_id,

        priority,
        department
    from source

)

select * from renamed
