-- One row where a cancelled cycle ran before it ended: an earlier cycle did, and a level that was
-- skipped, deleted or left behind. A level that waits for its turn and that of a draft did not.
create or replace function tat.ran_before(p_clock tat.level_clock)
returns table (level_id uuid)
language sql stable
begin atomic
    select approval_levels.level_id
    from workflow.approval_levels
    inner join workflow.workflow_requests
        on workflow_requests.request_id = approval_levels.request_id
    where approval_levels.level_id = p_clock.level_id
        and (
            not p_clock.is_current
            or (approval_levels.status <> 'PENDING' and not workflow_requests.is_draft)
        );
end;
