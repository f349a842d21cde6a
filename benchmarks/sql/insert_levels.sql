-- Land so many levels in progress at once, as a load does.
insert into workflow.approval_levels (
    level_id,
    request_id,
    level_number,
    approver_id,
    status,
    tat_hours,
    level_start_time,
    tat_start_time,
    created_at,
    updated_at
)
select
    md5(%(batch)s || ' ' || level.level_number)::uuid,
    md5('request ' || (level.level_number + 3) / 4)::uuid,
    1,
    md5('approver 0')::uuid,
    'IN_PROGRESS',
    48,
    %(base)s,
    %(base)s,
    %(base)s,
    %(base)s
from generate_series(1, %(levels)s) as level (level_number)
