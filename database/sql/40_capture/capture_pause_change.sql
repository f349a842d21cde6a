create or replace function tat.capture_pause_change() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into tat.level_change (level_id, cause)
    select distinct level_id, 'pause' from changed_pauses;
    return null;
end
$$;
