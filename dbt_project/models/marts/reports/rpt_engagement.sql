select
    submission_month as report_month,
    department,
    count(*) as requests_submitted,
    count(*) filter (where work_notes_count > 0) as requests_with_notes,
    sum(work_notes_count)::bigint as work_notes,
    sum(documents_count)::bigint as documents,
    sum(note_attachments_count)::bigint as note_attachments,
    avg(work_notes_count)::numeric(20, 10) as avg_work_notes,
    avg(documents_count)::numeric(20, 10) as avg_documents,
    sum(spectators_count)::bigint as spectators,
    sum(active_spectators_count)::bigint as active_spectators,
    {{ percentage('sum(active_spectators_count)', 'sum(spectators_count)') }}
        as spectator_participation_percentage
from {{ ref('fct_requests') }}
where is_submitted
group by submission_month, department
