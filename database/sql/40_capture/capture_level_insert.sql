create or replace function tat.capture_level_insert() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into tat.level_change (
        level_id, cause, new_status, new_approver_id, new_tat_hours
    )
    select level_id, 'level', status, approver_id, tat_hours
    from new_levels
    where status <> 'PENDING';
    return null;
end
$$;
