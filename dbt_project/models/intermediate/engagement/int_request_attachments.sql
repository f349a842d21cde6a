with notes as (

    select * from {{ ref('stg_workflow__work_notes') }}
    where not is_deleted

),

attachments as (

    select * from {{ ref('stg_workflow__work_note_attachments') }}

),

request_attachments as (

    select
        notes.request_id,
        count(*) as note_attachments_count
    from attachments
    inner join notes
        on attachments.note_id = notes.note_id
    group by notes.request_id

)

select * from request_attachments
