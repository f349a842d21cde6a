-- The working hours of requests that a calendar's edit, or the growth of its span, may have changed.
create or replace function tat.capture_moved_hours() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into tat.request_change (request_id)
    select distinct workflow_requests.request_id
    from new_rows
    inner join old_rows on old_rows.calendar_id = new_rows.calendar_id
    inner join tat.policy on policy.calendar_id = new_rows.calendar_id
    inner join workflow.workflow_requests
        on workflow_requests.priority = policy.priority
    where (
        new_rows.revision <> old_rows.revision
        and workflow_requests.closure_date >= new_rows.moved_from
    )
    or (
        new_rows.span_starts_on is distinct from old_rows.span_starts_on
        and workflow_requests.submission_date
        < coalesce(old_rows.span_starts_on + 1, 'infinity')::timestamptz
    )
    or (
        new_rows.span_ends_on is distinct from old_rows.span_ends_on
        and workflow_requests.closure_date
        >= coalesce(old_rows.span_ends_on - 1, '-infinity')::timestamptz
    );
    return null;
end
$$;
