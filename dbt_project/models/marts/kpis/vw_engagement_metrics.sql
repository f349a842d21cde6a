select
    request_id,
    request_number,
    department,
    work_notes_count,
    distinct_commenters,
    documents_count,
    note_attachments_count,
    spectators_count,
    active_spectators_count,
    {{ percentage('active_spectators_count', 'spectators_count') }}
        as spectator_participation_percentage,
    spectator_comments_count,
    first_activity_at,
    last_activity_at,
    activities_count
from {{ ref('fct_requests') }}
