-- The schemas, who owns them, and what each role may do in objects yet to come.
create schema if not exists workflow;
create schema if not exists tat;
create schema if not exists staging;
create schema if not exists intermediate;
create schema if not exists marts;
create schema if not exists kpi;
create schema if not exists dagster;

comment on schema workflow is 'The approval app''s tables as landed.';
comment on schema tat is 'Calendars, level clocks, alerts, outbox, quarantine, tick log.';
comment on schema staging is 'dbt: sources renamed and cast.';
comment on schema intermediate is 'dbt: one step of thought per model.';
comment on schema marts is 'dbt: facts, dimensions and rollups.';
comment on schema kpi is 'The eight KPI views, nothing else.';
comment on schema dagster is 'Dagster''s own storage: runs, events, schedules.';

grant usage on schema workflow, tat to tat_engine, tat_ingest, tat_dbt;
grant usage, create on schema staging, intermediate, marts, kpi to tat_dbt;
grant usage on schema kpi, tat to tat_bi;
grant usage, create on schema dagster to tat_engine;

alter default privileges in schema workflow grant select on tables
to tat_engine, tat_dbt;
alter default privileges in schema workflow grant select, insert, update on tables
to tat_ingest;
alter default privileges in schema tat grant select on tables
to tat_engine, tat_ingest, tat_dbt;
alter default privileges in schema tat grant usage on sequences
to tat_engine, tat_ingest;
