with source as (

    select * from {{ source('tat', 'policy_threshold') }}

),

renamed as (

    select
        policy_id,

        slot,
        percentage as threshold_percentage
    from source

)

select * from renamed
