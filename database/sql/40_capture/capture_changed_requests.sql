create or replace function tat.capture_changed_requests() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into tat.request_change (request_id)
    select distinct request_id from changed_rows;
    return null;
end
$$;
