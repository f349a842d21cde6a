with requests as (

    select request_id from {{ ref('int_request_states') }}

),

notes as (

    select * from {{ ref('stg_workflow__work_notes') }}
    where not is_deleted

),

documents as (

    select * from {{ ref('stg_workflow__documents') }}
    where not is_deleted

),

noted as (

    select
        {{ local_day('notes.created_at') }} as kpi_date,
        'NOTE_ADDED' as event_name
    from notes
    inner join requests
        on notes.request_id = requests.request_id

),

uploaded as (

    select
        {{ local_day('documents.uploaded_at') }} as kpi_date,
        'DOCUMENT_UPLOADED' as event_name
    from documents
    inner join requests
        on documents.request_id = requests.request_id

),

events as (

    select * from noted
    union all
    select * from uploaded

)

select * from events
