create or replace function tat.capture_calendar_change() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into tat.calendar_change default values;
    return null;
end
$$;
