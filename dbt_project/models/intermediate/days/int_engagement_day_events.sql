with noted_requests as (

    select * from {{ ref('int_requests') }}

),

documented_requests as (

    select * from {{ ref('int_requests') }}

),

notes as (

    select * from {{ ref('stg_workflow__work_notes') }}
    where not is_deleted

),

documents as (

    select * from {{ ref('stg_workflow__documents') }}
    where not is_deleted

),

events as (

    select
        notes.request_id,
        'NOTE_ADDED' as event_name,
        notes.created_at as happened_at
    from notes
    inner join noted_requests
        on notes.request_id = noted_requests.request_id
    union all
    select
        documents.request_id,
        'DOCUMENT_UPLOADED' as event_name,
        documents.uploaded_at as happened_at
    from documents
    inner join documented_requests
        on documents.request_id = documented_requests.request_id

)

select * from events
