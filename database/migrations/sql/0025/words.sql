-- Columns by the words that everything else uses. What reads them follows; a new database has no
-- views yet.
alter table tat.level_clock rename column budget to tat_us;
comment on column tat.level_clock.tat_us is 'The TAT in microseconds of work clock.';
alter table tat.policy_threshold rename column slot to threshold;
comment on table tat.policy_threshold is
'The percentage in force for each threshold (TAT_50, TAT_75, TAT_100).';
alter view if exists tat.level_source rename column budget to tat_us;
alter view if exists tat.level_coordinates rename column budget to tat_us;
