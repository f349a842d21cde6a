with documents as (

    select * from {{ ref('stg_workflow__documents') }}
    where not is_deleted

),

request_documents as (

    select
        request_id,
        count(*) as documents_count,
        min(uploaded_at) as first_document_at,
        max(uploaded_at) as last_document_at
    from documents
    group by request_id

)

select * from request_documents
