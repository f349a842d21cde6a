-- A table of levels as an app itself has it, with so many rows.
create table {relation} as
select
    gen_random_uuid() as level_id,
    gen_random_uuid() as request_id,
    1 as level_number,
    'Level ' || number as level_name,
    gen_random_uuid() as approver_id,
    'IN_PROGRESS' as status,
    16::numeric(10, 2) as tat_hours,
    now() as level_start_time,
    now() as tat_start_time,
    repeat('as agreed ', 20) as comments,
    now() as created_at,
    now() as updated_at,
    number as place
from generate_series(1, {rows}) as number
