-- Each branch reads the requests by itself, so that days are looked up by key.
select
    notes.request_id,
    'NOTE_ADDED' as event_name,
    notes.created_at as happened_at
from {{ ref('stg_workflow__work_notes') }} as notes
inner join {{ ref('int_request_states') }} as requests
    on notes.request_id = requests.request_id
where not notes.is_deleted
union all
select
    documents.request_id,
    'DOCUMENT_UPLOADED' as event_name,
    documents.uploaded_at as happened_at
from {{ ref('stg_workflow__documents') }} as documents
inner join {{ ref('int_request_states') }} as requests
    on documents.request_id = requests.request_id
where not documents.is_deleted
