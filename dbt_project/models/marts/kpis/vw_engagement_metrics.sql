with requests as (

    select * from {{ ref('fct_requests') }}

),

notes as (

    select * from {{ ref('int_request_notes') }}

),

attachments as (

    select * from {{ ref('int_request_attachments') }}

),

documents as (

    select * from {{ ref('int_request_documents') }}

),

spectators as (

    select * from {{ ref('int_request_spectators') }}

),

activity as (

    select * from {{ ref('int_request_activity') }}

),

final as (

    select
        requests.request_id,
        requests.request_number,
        requests.department,
        coalesce(notes.work_notes_count, 0) as work_notes_count,
        coalesce(notes.distinct_commenters, 0) as distinct_commenters,
        coalesce(documents.documents_count, 0) as documents_count,
        coalesce(attachments.note_attachments_count, 0) as note_attachments_count,
        coalesce(spectators.spectators_count, 0) as spectators_count,
        coalesce(spectators.active_spectators_count, 0) as active_spectators_count,
        {{ percentage(
            'spectators.active_spectators_count', 'spectators.spectators_count'
        ) }} as spectator_participation_percentage,
        coalesce(spectators.spectator_comments_count, 0) as spectator_comments_count,
        least(
            activity.first_activity_at,
            notes.first_note_at,
            documents.first_document_at
        ) as first_activity_at,
        greatest(
            activity.last_activity_at,
            notes.last_note_at,
            documents.last_document_at
        ) as last_activity_at,
        coalesce(activity.activities_count, 0) as activities_count
    from requests
    left join notes
        on requests.request_id = notes.request_id
    left join attachments
        on requests.request_id = attachments.request_id
    left join documents
        on requests.request_id = documents.request_id
    left join spectators
        on requests.request_id = spectators.request_id
    left join activity
        on requests.request_id = activity.request_id

)

select * from final
