-- The analytical reports, beside the eight views.
create schema if not exists reports;
comment on schema reports is 'The analytical reports, built from the KPI views.';
grant usage, create on schema reports to tat_dbt;
grant usage on schema reports to tat_bi;
