-- dbt: its layers, and the tables that it stores facts in.
grant usage, create on schema staging, intermediate, marts, kpi, reports to tat_dbt;
grant select, delete on tat.request_change to tat_dbt;
grant insert, update, delete on tat.stored_fact to tat_dbt;
grant select, insert, update, delete on tat.untested_request to tat_dbt;
grant insert on tat.daily_metrics_as_known to tat_dbt;

grant execute on function
tat.list_totals(tat.stored_fact),
tat.add_to_totals(tat.stored_fact, uuid[], integer),
tat.add_up(tat.stored_fact),
tat.is_added_up(tat.stored_fact),
tat.list_groups(tat.stored_fact, uuid[]),
tat.recount_groups(tat.stored_fact, jsonb),
tat.store_requests(tat.stored_fact, uuid[]),
tat.lock_stored_facts(),
tat.has_renamed_facts(),
tat.forget_built_changes(),
tat.digest_of_view(text),
tat.replace_rows(text, text, text),
tat.refresh_stored_facts(integer)
to tat_dbt;
