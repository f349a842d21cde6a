-- The department of who asks chooses the calendar of the request's working hours.
create or replace function tat.capture_moved_initiators() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into tat.request_change (request_id)
    select workflow_requests.request_id
    from new_rows
    inner join old_rows on old_rows.user_id = new_rows.user_id
    inner join workflow.workflow_requests
        on workflow_requests.initiator_id = new_rows.user_id
    where old_rows.department is distinct from new_rows.department;
    return null;
end
$$;
