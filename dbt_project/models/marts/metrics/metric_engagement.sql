with engagement as (

    select * from {{ ref('vw_engagement_metrics') }}

),

requests as (

    select * from {{ ref('vw_request_volume_summary') }}

),

final as (

    select
        engagement.request_id,
        engagement.department,
        requests.priority,
        requests.status,
        requests.submission_day,
        engagement.note_attachments_count,
        engagement.spectators_count,
        engagement.active_spectators_count,
        engagement.spectator_comments_count
    from engagement
    inner join requests
        on engagement.request_id = requests.request_id

)

select * from final
