-- The rows of schema workflow, as the app of docs/examples/sequelize would have them.
create temporary table user_keys as
select users.user_id, row_number() over (order by users.email) as id
from workflow.users;

create temporary table request_keys as
select workflow_requests.request_id, row_number() over (order by request_number) as id
from workflow.workflow_requests;

create temporary table level_keys as
select approval_levels.level_id, row_number() over (order by level_id) as id
from workflow.approval_levels;

insert into "Users"
select
    user_keys.id,
    users.employee_id,
    users.email,
    split_part(users.display_name, ' ', 1),
    substr(users.display_name, length(split_part(users.display_name, ' ', 1)) + 2),
    users.department,
    users.designation,
    users.location,
    managers.id,
    users.is_active,
    users.created_at,
    users.updated_at
from workflow.users
inner join user_keys on users.user_id = user_keys.user_id
left join user_keys as managers on users.reporting_manager_id = managers.user_id;

insert into "ApprovalRequests"
select
    request_keys.id,
    requests.request_number,
    user_keys.id,
    requests.template_type,
    requests.title,
    requests.description,
    lower(requests.priority)::"enum_ApprovalRequests_priority",
    (
        case requests.status
            when 'DRAFT' then 'draft'
            when 'PENDING' then 'submitted'
            when 'IN_PROGRESS' then 'inReview'
            else lower(requests.status)
        end
    )::"enum_ApprovalRequests_status",
    requests.submission_date,
    requests.closure_date,
    requests.created_at,
    requests.updated_at,
    case when requests.is_deleted then requests.updated_at end
from workflow.workflow_requests as requests
inner join request_keys on requests.request_id = request_keys.request_id
inner join user_keys on requests.initiator_id = user_keys.user_id;

insert into "ApprovalLevels"
select
    level_keys.id,
    request_keys.id,
    levels.level_number,
    levels.level_name,
    user_keys.id,
    (
        case
            when levels.status = 'PENDING' then 'waiting'
            when levels.status <> 'IN_PROGRESS' then lower(levels.status)
            when exists (
                select 1 from workflow.level_pauses as pauses
                where pauses.level_id = levels.level_id and pauses.resumed_at is null
            ) then 'onHold'
            else 'active'
        end
    )::"enum_ApprovalLevels_status",
    (levels.tat_hours * 60)::integer,
    levels.level_start_time,
    levels.level_end_time,
    levels.comments,
    levels.created_at,
    levels.updated_at
from workflow.approval_levels as levels
inner join level_keys on levels.level_id = level_keys.level_id
inner join request_keys on levels.request_id = request_keys.request_id
inner join user_keys on levels.approver_id = user_keys.user_id;

insert into "LevelHolds" ("levelId", "heldAt", "releasedAt", reason)
select level_keys.id, pauses.paused_at, pauses.resumed_at, pauses.reason
from workflow.level_pauses as pauses
inner join level_keys on pauses.level_id = level_keys.level_id;

insert into "Watchers"
select request_keys.id, user_keys.id, min(participants.added_at)
from workflow.participants
inner join request_keys on participants.request_id = request_keys.request_id
inner join user_keys on participants.user_id = user_keys.user_id
where participants.participant_type = 'SPECTATOR'
group by request_keys.id, user_keys.id;
