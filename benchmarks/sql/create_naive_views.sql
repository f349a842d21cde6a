-- The views as one would write them first: functions for each row, no rollup, nothing stored.
create schema naive;
grant usage on schema naive to tat_bi;
alter default privileges in schema naive grant select on tables to tat_bi;

create view naive.vw_request_volume_summary as
select
    requests.*,
    users.department,
    date_trunc('month', requests.submission_date at time zone tat.time_zone())::date
        as submission_month,
    extract(epoch from requests.closure_date - requests.submission_date) / 3600
        as cycle_time_hours,
    (
        tat.find_work_clock(policy.calendar_id, requests.closure_date)
        - tat.find_work_clock(policy.calendar_id, requests.submission_date)
    ) / 3600000000.0 as cycle_time_working_hours
from workflow.workflow_requests as requests
left join workflow.users on users.user_id = requests.initiator_id
left join tat.policy on policy.priority = requests.priority and policy.department is null
where not requests.is_deleted;

create view naive.vw_tat_compliance as
with measured as (
    select
        levels.*,
        requests.request_number,
        requests.status as request_status,
        initiators.department,
        approvers.display_name as approver_name,
        (
            tat.find_work_clock(
                policy.calendar_id, coalesce(levels.level_end_time, tat.as_of())
            )
            - tat.find_work_clock(policy.calendar_id, levels.tat_start_time)
        ) / 3600000000.0 as tat_hours_elapsed
    from workflow.approval_levels as levels
    inner join workflow.workflow_requests as requests
        on requests.request_id = levels.request_id
    inner join tat.policy
        on policy.priority = requests.priority and policy.department is null
    left join workflow.users as initiators on initiators.user_id = requests.initiator_id
    left join workflow.users as approvers on approvers.user_id = levels.approver_id
    where not requests.is_deleted and not requests.is_draft and levels.tat_start_time is not null
)

select
    measured.*,
    measured.tat_hours_elapsed > measured.tat_hours as is_breached,
    case
        when measured.status in ('APPROVED', 'REJECTED')
            then measured.tat_hours_elapsed <= measured.tat_hours
    end as completed_within_tat,
    case
        when measured.status = 'SKIPPED' then 'SKIPPED'
        when measured.level_end_time is null and measured.tat_hours_elapsed > measured.tat_hours
            then 'BREACHED'
        when measured.level_end_time is null then 'ON_TRACK'
        when measured.tat_hours_elapsed <= measured.tat_hours then 'COMPLETED_ON_TIME'
        else 'COMPLETED_LATE'
    end as tat_status,
    (
        select count(*)
        from tat.tat_alerts
        where tat_alerts.level_id = measured.level_id
    ) as alerts_sent
from measured;

create view naive.vw_approver_performance as
select
    users.display_name as approver_name,
    users.department,
    count(*) as total_assignments,
    count(*) filter (where levels.status = 'APPROVED') as approved_count,
    count(*) filter (where levels.completed_within_tat is not null) as decided_count,
    count(*) filter (where levels.is_breached) as breaches_count,
    100.0 * count(*) filter (where levels.completed_within_tat)
    / nullif(count(levels.completed_within_tat), 0) as tat_compliance_percentage,
    avg(levels.tat_hours_elapsed) filter (where levels.completed_within_tat is not null)
        as avg_response_time_hours
from naive.vw_tat_compliance as levels
left join workflow.users on users.user_id = levels.approver_id
group by users.user_id, users.display_name, users.department;

create view naive.vw_tat_alerts_summary as
select
    alerts.*,
    requests.request_number,
    initiators.department,
    approvers.display_name as approver_name,
    extract(epoch from alerts.completion_time - alerts.alert_sent_at) / 3600
        as response_time_hours
from tat.tat_alerts as alerts
left join workflow.workflow_requests as requests on requests.request_id = alerts.request_id
left join workflow.users as initiators on initiators.user_id = requests.initiator_id
left join workflow.users as approvers on approvers.user_id = alerts.approver_id;

create view naive.vw_department_summary as
select
    requests.department,
    count(distinct requests.request_id) as total_requests,
    count(distinct requests.request_id) filter (where requests.status = 'APPROVED')
        as approved_requests,
    count(distinct levels.request_id) filter (where levels.is_breached) as breached_requests,
    avg(requests.cycle_time_hours) as avg_cycle_time_hours
from naive.vw_request_volume_summary as requests
left join naive.vw_tat_compliance as levels on levels.request_id = requests.request_id
where not requests.is_draft
group by requests.department;

create view naive.vw_daily_kpi_metrics as
with levels as (
    select
        (level_end_time at time zone tat.time_zone())::date as kpi_date,
        count(completed_within_tat) as levels_completed
    from naive.vw_tat_compliance
    group by 1
),

requests as (
    select
        (submission_date at time zone tat.time_zone())::date as kpi_date,
        count(*) as requests_submitted
    from naive.vw_request_volume_summary
    group by 1
),

alerts as (
    select
        (alert_sent_at at time zone tat.time_zone())::date as kpi_date,
        count(*) filter (where alert_type = 'TAT_100') as alerts_100_sent
    from tat.tat_alerts
    group by 1
),

notes as (
    select
        (created_at at time zone tat.time_zone())::date as kpi_date,
        count(*) as work_notes_added
    from workflow.work_notes
    group by 1
)

select
    requests.kpi_date,
    requests.requests_submitted,
    levels.levels_completed,
    alerts.alerts_100_sent,
    notes.work_notes_added
from requests
left join levels on levels.kpi_date = requests.kpi_date
left join alerts on alerts.kpi_date = requests.kpi_date
left join notes on notes.kpi_date = requests.kpi_date;

create view naive.vw_workflow_aging as
select
    requests.request_id,
    requests.request_number,
    requests.department,
    levels.approver_name,
    extract(epoch from tat.as_of() - requests.submission_date) / 3600 as age_hours,
    levels.is_breached as is_delayed,
    case
        when tat.as_of() - requests.submission_date < interval '7 days' then '0-7 days'
        else '7+ days'
    end as aging_bucket
from naive.vw_request_volume_summary as requests
left join naive.vw_tat_compliance as levels
    on levels.request_id = requests.request_id and levels.status = 'IN_PROGRESS'
where requests.status in ('PENDING', 'IN_PROGRESS') and not requests.is_draft;

create view naive.vw_engagement_metrics as
select
    requests.request_id,
    requests.request_number,
    requests.department,
    (
        select count(*)
        from workflow.work_notes
        where work_notes.request_id = requests.request_id and not work_notes.is_deleted
    ) as work_notes_count,
    (
        select count(*)
        from workflow.documents
        where documents.request_id = requests.request_id and not documents.is_deleted
    ) as documents_count,
    (
        select
            100.0 * count(*) filter (where exists (
                select 1
                from workflow.work_notes
                where work_notes.request_id = participants.request_id
                    and work_notes.user_id = participants.user_id
            )) / nullif(count(*), 0)
        from workflow.participants
        where participants.request_id = requests.request_id
            and participants.participant_type = 'SPECTATOR'
    ) as spectator_participation_percentage,
    (
        select max(activities.created_at)
        from workflow.activities
        where activities.request_id = requests.request_id
    ) as last_activity_at
from naive.vw_request_volume_summary as requests
