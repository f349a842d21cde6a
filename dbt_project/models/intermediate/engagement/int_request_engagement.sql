select
    requests.request_id,
    coalesce(notes.work_notes_count, 0) as work_notes_count,
    coalesce(notes.distinct_commenters, 0) as distinct_commenters,
    coalesce(documents.documents_count, 0) as documents_count,
    coalesce(attachments.note_attachments_count, 0) as note_attachments_count,
    coalesce(spectators.spectators_count, 0) as spectators_count,
    coalesce(spectators.active_spectators_count, 0) as active_spectators_count,
    coalesce(spectators.spectator_comments_count, 0) as spectator_comments_count,
    coalesce(activity.activities_count, 0) as activities_count,
    least(
        activity.first_activity_at,
        notes.first_note_at,
        documents.first_document_at
    ) as first_activity_at,
    greatest(
        activity.last_activity_at,
        notes.last_note_at,
        documents.last_document_at
    ) as last_activity_at
from {{ ref('int_request_states') }} as requests
left join {{ ref('int_request_notes') }} as notes
    on requests.request_id = notes.request_id
left join {{ ref('int_request_attachments') }} as attachments
    on requests.request_id = attachments.request_id
left join {{ ref('int_request_documents') }} as documents
    on requests.request_id = documents.request_id
left join {{ ref('int_request_spectators') }} as spectators
    on requests.request_id = spectators.request_id
left join {{ ref('int_request_activity') }} as activity
    on requests.request_id = activity.request_id
