with notes as (

    select * from {{ ref('stg_workflow__work_notes') }}
    where not is_deleted

),

requests as (

    select * from {{ ref('fct_requests') }}

),

final as (

    select
        notes.note_id,
        notes.request_id,
        requests.department,
        requests.priority,
        {{ local_day('notes.created_at') }} as note_day
    from notes
    inner join requests
        on notes.request_id = requests.request_id

)

select * from final
