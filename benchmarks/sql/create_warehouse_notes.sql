-- Two notes a request, one in twenty deleted.
insert into workflow.work_notes (note_id, request_id, user_id, message, is_deleted, created_at)
select
    md5('note ' || number || ' ' || note)::uuid,
    request_id,
    md5('user ' || (number + note * 17) %% %(users)s)::uuid,
    'Which model, and from whom?',
    (number + note) %% 20 = 0,
    submitted_at + interval '3 hours' * note
from drawn
cross join generate_series(1, 2) as note
