with notes as (

    select * from {{ ref('stg_workflow__work_notes') }}
    where not is_deleted

),

request_notes as (

    select
        request_id,
        count(*) as work_notes_count,
        count(distinct user_id) as distinct_commenters,
        min(created_at) as first_note_at,
        max(created_at) as last_note_at
    from notes
    group by request_id

)

select * from request_notes
