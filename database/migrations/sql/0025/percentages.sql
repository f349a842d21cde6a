-- A percentage as people write it: 50, not 50.000. The type of a column that views read can't be
-- changed, so the one that they read gets another name.
alter table tat.tat_alerts rename column threshold_percentage to recorded_percentage;
alter table tat.tat_alerts add column threshold_percentage numeric not null
generated always as (trim_scale(recorded_percentage)) stored;
comment on column tat.tat_alerts.recorded_percentage is
'The percentage as the engine wrote it, with three decimals.';
comment on column tat.tat_alerts.threshold_percentage is
'The percentage of the TAT in force when the alert was made: 50, or 33.333 where a policy says so.';
