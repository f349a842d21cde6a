-- What this database's models were last built from, and how much the data tests have not seen since.
select
    (
        select setting.setting_value
        from tat.setting
        where setting.setting_name = 'built_models'
    ) as digest,
    (
        select coalesce(bool_and(stored_fact.is_tested), false)
        from tat.stored_fact
    ) as are_facts_tested,
    (select count(*) from tat.request_to_test) as requests_to_test,
    (select count(*) from workflow.workflow_requests) as requests
