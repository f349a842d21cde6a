with source as (

    select * from {{ source('workflow', 'work_note_attachments') }}

),

renamed as (

    select
        attachment_id,
        note_id,

        file_name,

        uploaded_at
    from source

)

select * from renamed
