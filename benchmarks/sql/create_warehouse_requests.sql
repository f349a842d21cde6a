-- The drawn requests as of the base.
insert into workflow.workflow_requests (
    request_id, request_number, initiator_id, template_type, title, priority, status,
    current_level, total_levels, total_tat_hours, submission_date, closure_date, is_draft,
    is_deleted, created_at, updated_at
)
select
    request_id,
    'REQ-' || number,
    initiator_id,
    'PURCHASE',
    'Something that request ' || number || ' asks for',
    case when is_express then 'EXPRESS' else 'STANDARD' end,
    case
        when is_draft then 'DRAFT'
        when ends_at > %(base)s then 'IN_PROGRESS'
        when is_closed then 'CLOSED'
        when rejected_level is not null then 'REJECTED'
        else 'APPROVED'
    end,
    1 + (ends_1 < %(base)s)::integer + (ends_2 < %(base)s)::integer,
    3,
    48,
    case when not is_draft then submitted_at end,
    case when not is_draft and ends_at <= %(base)s then ends_at end,
    is_draft,
    is_deleted,
    submitted_at - interval '1 hour',
    least(ends_at, %(base)s)
from drawn
cross join lateral (
    select case rejected_level when 1 then ends_1 when 2 then ends_2 else ends_3 end as ends_at
) as life
