-- One document a request.
insert into workflow.documents (
    document_id, request_id, uploaded_by, file_name, is_deleted, uploaded_at
)
select
    md5('document ' || number)::uuid,
    request_id,
    initiator_id,
    'order.pdf',
    number %% 30 = 0,
    submitted_at
from drawn
