create or replace function tat.capture_request_update() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into tat.level_change (
        level_id,
        cause,
        effective_at,
        old_status,
        new_status,
        old_priority,
        new_priority,
        old_tat_hours,
        old_started_at,
        old_ended_at
    )
    select
        approval_levels.level_id,
        'request',
        tat.date_change(old_requests.updated_at, new_requests.updated_at),
        nullif(old_requests.status, new_requests.status),
        nullif(new_requests.status, old_requests.status),
        nullif(old_requests.priority, new_requests.priority),
        nullif(new_requests.priority, old_requests.priority),
        approval_levels.tat_hours,
        case
            when approval_levels.status = 'IN_PROGRESS' then coalesce(
                approval_levels.tat_start_time, approval_levels.level_start_time
            )
        end,
        case
            when old_requests.status in ('APPROVED', 'REJECTED', 'CLOSED')
                then coalesce(old_requests.closure_date, old_requests.updated_at)
        end
    from new_requests
    inner join old_requests using (request_id)
    inner join workflow.approval_levels using (request_id)
    where approval_levels.status <> 'PENDING'
        and (
            old_requests.priority,
            old_requests.status,
            old_requests.is_draft,
            old_requests.is_deleted,
            old_requests.closure_date
        ) is distinct from (
            new_requests.priority,
            new_requests.status,
            new_requests.is_draft,
            new_requests.is_deleted,
            new_requests.closure_date
        );
    return null;
end
$$;
