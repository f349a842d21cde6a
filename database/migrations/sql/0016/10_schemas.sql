-- The schemas. Who may do what in them stands in database/sql/90_grants.
create schema if not exists workflow;
create schema if not exists tat;
create schema if not exists staging;
create schema if not exists intermediate;
create schema if not exists marts;
create schema if not exists kpi;
create schema if not exists reports;
create schema if not exists dagster;
comment on schema workflow is 'The approval app''s tables as landed.';
comment on schema tat is 'Calendars, level clocks, alerts, outbox, quarantine, tick log.';
comment on schema staging is 'dbt: sources renamed and cast.';
comment on schema intermediate is 'dbt: one step of thought per model.';
comment on schema marts is 'dbt: facts, dimensions and rollups.';
comment on schema kpi is 'The eight KPI views, nothing else.';
comment on schema dagster is 'Dagster''s own storage: runs, events, schedules.';
comment on schema reports is 'The analytical reports, built from the KPI views.';
