with source as (

    select * from {{ source('workflow', 'participants') }}

),

renamed as (

    select
        participant_id,
        request_id,
        user_id,

        participant_type,
        is_active,

        added_at
    from source

)

select * from renamed
