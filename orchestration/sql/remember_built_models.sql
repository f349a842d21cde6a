-- Keep the digest of the dbt project whose models were built and tested.
insert into tat.setting (setting_name, setting_value)
values ('built_models', %(digest)s)
on conflict (setting_name) do update set setting_value = excluded.setting_value
