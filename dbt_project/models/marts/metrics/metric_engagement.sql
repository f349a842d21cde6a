with requests as (

    select * from {{ ref('fct_requests') }}

),

final as (

    select
        request_id,
        department,
        priority,
        request_status as status,
        submission_day,
        note_attachments_count,
        spectators_count,
        active_spectators_count,
        spectator_comments_count
    from requests

)

select * from final
