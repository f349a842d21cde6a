-- Requests of which something changed since the stored facts were made. Readers leave what is stored
-- of them aside and count them anew, so what is shown is never older than the source.
create table tat.request_change (
    change_id bigint generated always as identity primary key,
    request_id uuid not null,
    changed_at timestamptz not null default now(),
    captured_by xid8 not null default pg_current_xact_id()
)
-- It is empty most of the time, whatever it was when statistics were taken.
with (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
comment on table tat.request_change is
'Requests of which something changed since the stored facts were last brought up to the source.';
comment on column tat.request_change.captured_by is
'The transaction that made the change: a fact that was built later already holds it.';

create table tat.stored_fact (
    stored_relation text primary key,
    source_relation text not null,
    key_column text not null,
    totals_of text references tat.stored_fact on delete cascade,
    definition text not null,
    built_in pg_snapshot,
    is_tested boolean not null default false,
    stored_at timestamptz not null default clock_timestamp()
);
comment on table tat.stored_fact is
'Tables that hold what views would count: facts keyed by request, and totals that add up the rows of a fact.';
comment on column tat.stored_fact.source_relation is
'The view that says what each row must be; for totals, what each row of the fact contributes.';
comment on column tat.stored_fact.totals_of is
'For totals: the fact whose rows they add up.';
comment on column tat.stored_fact.definition is
'Digest of the views and functions that said what the rows are when they were made.';
comment on column tat.stored_fact.is_tested is
'Whether the data tests have passed on all rows since the table was made, and none has failed since.';
comment on column tat.stored_fact.built_in is
'What had been committed when the fact was built whole; null for totals, which follow their fact.';

-- What the data tests have not seen as it is now: a build that tests what changed tests these rows.
create table tat.untested_request (
    request_id uuid primary key,
    tested_by text
);
comment on table tat.untested_request is
'Requests that were stored since all data tests last passed.';
comment on column tat.untested_request.tested_by is
'The dbt invocation that is testing the request, if one began since it was stored.';

-- Each day's figures as they were known when the day had ended; what is corrected later shows beside them.
create table tat.daily_metrics_as_known (
    kpi_date date primary key,
    known_at timestamptz not null default clock_timestamp(),
    requests_created bigint not null,
    requests_submitted bigint not null,
    requests_approved bigint not null,
    requests_rejected bigint not null,
    requests_closed bigint not null,
    levels_completed bigint not null,
    levels_within_tat bigint not null,
    levels_breached bigint not null,
    tat_compliance_percentage numeric(14, 4),
    avg_cycle_time_hours numeric(20, 10),
    alerts_50_sent bigint not null,
    alerts_75_sent bigint not null,
    alerts_100_sent bigint not null,
    work_notes_added bigint not null,
    documents_uploaded bigint not null,
    open_at_day_end bigint not null
);
comment on table tat.daily_metrics_as_known is
'One row per local day that has ended: its figures in vw_daily_kpi_metrics when they were first kept. Never changed.';
comment on column tat.daily_metrics_as_known.known_at is
'When the figures were kept: soon after the day''s end, or later for days before the first run.';
