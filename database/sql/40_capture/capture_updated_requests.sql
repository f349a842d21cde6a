create or replace function tat.capture_updated_requests() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into tat.request_change (request_id)
    select request_id from old_rows
    union
    select request_id from new_rows;
    return null;
end
$$;
