-- Analysts: the eight views, the reports, the alerts, and how the engine does.
grant usage on schema kpi, reports to tat_bi;
grant select on tat.tat_alerts, tat.level_threshold, tat.alert_difference to tat_bi;
