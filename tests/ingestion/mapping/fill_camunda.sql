-- The rows of schema workflow, as Camunda's history would have them: what has not begun is not
-- there, times have no offset, keys are texts.
set local time zone 'Asia/Kolkata';

create temporary table people as
select users.*, split_part(users.email, '@', 1) as login
from workflow.users;

insert into act_id_user
select
    people.login,
    1,
    split_part(people.display_name, ' ', 1),
    substr(people.display_name, length(split_part(people.display_name, ' ', 1)) + 2),
    people.email
from people;

insert into act_id_membership
select people.login, people.department
from people
where people.department is not null;

insert into act_hi_procinst
select
    'process-' || requests.request_number,
    'process-' || requests.request_number,
    requests.request_number,
    requests.template_type,
    requests.submission_date::timestamp,
    coalesce(
        requests.closure_date,
        case when requests.is_deleted then requests.updated_at end
    )::timestamp,
    people.login,
    case when requests.is_deleted then 'withdrawn' end,
    case
        when requests.is_deleted then 'EXTERNALLY_TERMINATED'
        when requests.closure_date is not null then 'COMPLETED'
        else 'ACTIVE'
    end
from workflow.workflow_requests as requests
inner join people on requests.initiator_id = people.user_id
where not requests.is_draft;

insert into act_hi_varinst (id_, proc_inst_id_, name_, var_type_, text_)
select
    variable.name || '-' || requests.request_number,
    'process-' || requests.request_number,
    variable.name,
    'string',
    variable.content
from workflow.workflow_requests as requests
cross join lateral (
    values
        ('title', requests.title),
        ('urgency', nullif(lower(requests.priority), 'standard')),
        (
            'outcome',
            case when requests.closure_date is not null then lower(requests.status) end
        )
) as variable (name, content)
where not requests.is_draft and variable.content is not null;

insert into act_hi_taskinst
select
    levels.level_id::text,
    lower(replace(levels.level_name, ' ', '_')),
    'process-' || requests.request_number,
    levels.level_name,
    people.login,
    levels.level_start_time::timestamp,
    coalesce(
        levels.level_end_time,
        levels.skipped_at,
        case when requests.is_deleted then requests.updated_at end
    )::timestamp,
    case
        when levels.status in ('APPROVED', 'REJECTED') then 'completed'
        when levels.status = 'SKIPPED' or requests.is_deleted then 'deleted'
    end,
    50,
    null
from workflow.approval_levels as levels
inner join workflow.workflow_requests as requests on levels.request_id = requests.request_id
inner join people on levels.approver_id = people.user_id
where levels.level_start_time is not null;

insert into act_hi_varinst (id_, proc_inst_id_, task_id_, name_, var_type_, long_)
select
    'tat-' || levels.level_id,
    task.proc_inst_id_,
    task.id_,
    'tatHours',
    'long',
    levels.tat_hours::bigint
from workflow.approval_levels as levels
inner join act_hi_taskinst as task on levels.level_id::text = task.id_;

insert into act_hi_varinst (id_, proc_inst_id_, task_id_, name_, var_type_, text_)
select
    'outcome-' || levels.level_id,
    task.proc_inst_id_,
    task.id_,
    'outcome',
    'string',
    lower(levels.status)
from workflow.approval_levels as levels
inner join act_hi_taskinst as task on levels.level_id::text = task.id_
where levels.status in ('APPROVED', 'REJECTED');

insert into act_hi_op_log
select
    change.kind || '-' || pauses.pause_id,
    task.proc_inst_id_,
    null,
    'someone',
    change.happened_at::timestamp,
    change.kind,
    'ProcessInstance',
    'suspensionState'
from workflow.level_pauses as pauses
inner join act_hi_taskinst as task on pauses.level_id::text = task.id_
cross join lateral (
    values ('Suspend', pauses.paused_at), ('Activate', pauses.resumed_at)
) as change (kind, happened_at)
where change.happened_at is not null;

insert into act_hi_comment
select
    notes.note_id::text,
    notes.created_at::timestamp,
    people.login,
    'process-' || requests.request_number,
    notes.message
from workflow.work_notes as notes
inner join workflow.workflow_requests as requests on notes.request_id = requests.request_id
inner join people on notes.user_id = people.user_id
where not requests.is_draft;
