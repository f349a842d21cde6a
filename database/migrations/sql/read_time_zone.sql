-- The zone that this database counts its days in; no row before it is seeded.
select setting.setting_value as time_zone
from tat.setting
where setting.setting_name = 'time_zone'
