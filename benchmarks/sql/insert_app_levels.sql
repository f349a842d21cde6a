-- The app begins so many levels in one statement.
insert into {relation}
select
    gen_random_uuid() as level_id,
    source.request_id,
    source.level_number,
    source.level_name,
    source.approver_id,
    source.status,
    source.tat_hours,
    source.level_start_time,
    source.tat_start_time,
    source.comments,
    source.created_at,
    source.updated_at
from {relation} as source
where source.place between %(first)s and %(last)s
