-- What is captured of changes in tat.setting.
create or replace trigger capture_stored_update
after update on tat.setting
for each row
when (
    old.setting_name = 'time_zone' and old.setting_value is distinct from new.setting_value
)
execute function tat.capture_every_request();
