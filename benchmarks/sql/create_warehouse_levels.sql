-- Three levels a request, each when its turn came: 12 h of TAT, 30 h for EXPRESS.
insert into workflow.approval_levels (
    level_id, request_id, level_number, level_name, approver_id, status, tat_hours,
    level_start_time, tat_start_time, level_end_time, action_date, breach_reason,
    is_final_approver, created_at, updated_at
)
select
    md5('level ' || drawn.number || ' ' || level.level_number)::uuid,
    drawn.request_id,
    level.level_number,
    'Level ' || level.level_number,
    md5('user ' || (drawn.number * 7 + level.level_number * 13) %% (%(users)s / 10))::uuid,
    case
        when not level.is_reached then 'PENDING'
        when level.ends_at > %(base)s then 'IN_PROGRESS'
        when drawn.rejected_level = level.level_number then 'REJECTED'
        else 'APPROVED'
    end,
    case when drawn.is_express then 30 else 12 end,
    case when level.is_reached then level.starts_at end,
    case when level.is_reached then level.starts_at end,
    case when level.is_reached and level.ends_at <= %(base)s then level.ends_at end,
    case when level.is_reached and level.ends_at <= %(base)s then level.ends_at end,
    case when drawn.number %% 5 = 0 then 'Waited for a quote' end,
    level.level_number = 3,
    drawn.submitted_at,
    case when level.is_reached then least(level.ends_at, %(base)s) else drawn.submitted_at end
from drawn
cross join lateral (
    select
        turn.*,
        not drawn.is_draft
        and turn.starts_at <= %(base)s
        and turn.level_number <= coalesce(drawn.rejected_level, 3) as is_reached
    from (
        values
        (1, drawn.submitted_at, drawn.ends_1),
        (2, drawn.ends_1, drawn.ends_2),
        (3, drawn.ends_2, drawn.ends_3)
    ) as turn (level_number, starts_at, ends_at)
) as level
