-- Who may see a request: its initiator and, once it is submitted, its participants and approvers, and
-- whoever a reminder of a level in progress may go to (manager, and those who stand in).
create or replace function tat.may_see_request(
    p_user_id uuid, p_request_id uuid, p_at timestamptz
)
returns boolean
language sql stable
return exists (
    select 1
    from workflow.workflow_requests
    inner join workflow.users as person
        on person.user_id = p_user_id and person.is_active
    where workflow_requests.request_id = p_request_id
        and not workflow_requests.is_deleted
        and (
            workflow_requests.initiator_id = p_user_id
            or (
                not workflow_requests.is_draft
                and workflow_requests.status <> 'DRAFT'
                and (
                    exists (
                        select 1
                        from workflow.participants
                        where participants.request_id = p_request_id
                            and participants.user_id = p_user_id
                            and participants.is_active
                    )
                    or exists (
                        select 1
                        from workflow.approval_levels
                        inner join workflow.users as approver
                            on approver.user_id = approval_levels.approver_id
                        where approval_levels.request_id = p_request_id
                            and (
                                approver.user_id = p_user_id
                                or (
                                    approval_levels.status = 'IN_PROGRESS'
                                    and array[approver.user_id, approver.reporting_manager_id]
                                    && array(select tat.list_represented(p_user_id, p_at))
                                )
                            )
                    )
                )
            )
        )
);
comment on function tat.may_see_request(uuid, uuid, timestamptz) is
'Whether a person may see a request on the request screen at that instant.';
