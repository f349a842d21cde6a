-- The digest of the dbt project that this database's models were last built from.
select setting.setting_value as digest
from tat.setting
where setting.setting_name = 'built_models'
