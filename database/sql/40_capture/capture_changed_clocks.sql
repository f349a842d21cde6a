create or replace function tat.capture_changed_clocks() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into tat.request_change (request_id)
    select distinct approval_levels.request_id
    from changed_rows
    inner join workflow.approval_levels on approval_levels.level_id = changed_rows.level_id;
    return null;
end
$$;
