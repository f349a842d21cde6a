create or replace function tat.capture_every_request() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into tat.request_change (request_id)
    select request_id from workflow.workflow_requests;
    return null;
end
$$;
