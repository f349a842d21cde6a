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

grant insert on tat.daily_metrics_as_known to tat_dbt;
