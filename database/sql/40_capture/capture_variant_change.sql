create or replace function tat.capture_variant_change() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into tat.policy_change default values;

    insert into tat.level_change (level_id, cause)
    select level_clock.level_id, 'policy'
    from tat.level_clock
    where level_clock.is_current
        and exists (select 1 from changed_calendars where variant_of is not null);
    return null;
end
$$;
