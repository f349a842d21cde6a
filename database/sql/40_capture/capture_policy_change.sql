create or replace function tat.capture_policy_change() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into tat.policy_change default values;

    insert into tat.level_change (level_id, cause)
    select level_id, 'policy' from tat.level_clock where is_current;
    return null;
end
$$;
