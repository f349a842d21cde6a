-- A file on each second request's first note.
insert into workflow.work_note_attachments (attachment_id, note_id, file_name, uploaded_at)
select
    md5('attachment ' || number)::uuid,
    md5('note ' || number || ' 1')::uuid,
    'quote.pdf',
    submitted_at + interval '3 hours'
from drawn
where number %% 2 = 0
