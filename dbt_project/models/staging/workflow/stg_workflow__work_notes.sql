with source as (

    select * from {{ source('workflow', 'work_notes') }}

),

renamed as (

    select
        note_id,
        request_id,
        user_id,

        message,
        is_deleted,

        created_at
    from source

)

select * from renamed
