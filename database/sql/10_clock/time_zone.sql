create or replace function tat.time_zone() returns text
language sql stable parallel safe security definer
set search_path = pg_catalog, pg_temp
return (
    select setting.setting_value
    from tat.setting
    where setting.setting_name = 'time_zone'
);
comment on function tat.time_zone() is 'The zone in which days, weeks and months are counted.';
