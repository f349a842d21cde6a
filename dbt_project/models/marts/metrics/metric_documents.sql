with documents as (

    select * from {{ ref('stg_workflow__documents') }}
    where not is_deleted

),

requests as (

    select * from {{ ref('fct_requests') }}

),

final as (

    select
        documents.document_id,
        documents.request_id,
        requests.department,
        requests.priority,
        {{ local_day('documents.uploaded_at') }} as upload_day
    from documents
    inner join requests
        on documents.request_id = requests.request_id

)

select * from final
