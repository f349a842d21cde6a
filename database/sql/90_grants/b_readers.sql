-- What every role that reads clocks may call: nothing here writes or waits.
grant execute on function
tat.as_of(),
tat.time_zone(),
tat.microseconds_between(timestamptz, timestamptz),
tat.after_microseconds(timestamptz, bigint),
tat.find_work_clock(integer, timestamptz),
tat.find_work_time(integer, bigint),
tat.find_crossing_time(integer, bigint),
tat.work_clock(integer, timestamptz),
tat.work_time(integer, bigint),
tat.crossing_time(integer, bigint),
tat.clock_readings(timestamptz),
tat.list_thresholds(uuid, integer),
tat.threshold_time(tat.level_clock, bigint, bigint, timestamptz),
tat.find_earlier_time(
    uuid, timestamptz, timestamptz, smallint, bigint, boolean, timestamptz
),
tat.explain_level(uuid, timestamptz),
tat.explain_details(uuid, timestamptz)
to tat_engine, tat_ingest, tat_dbt, tat_bi;

grant usage on schema tat to tat_engine, tat_ingest, tat_dbt, tat_bi;
grant select on tat.engine_health to tat_engine, tat_ingest, tat_dbt, tat_bi;
grant select on all tables in schema tat to tat_engine, tat_ingest, tat_dbt;
grant usage on schema workflow to tat_engine, tat_ingest, tat_dbt;
grant select on all tables in schema workflow to tat_engine, tat_ingest, tat_dbt;
grant usage on all sequences in schema tat to tat_engine, tat_ingest;

-- What the views on levels call.
grant execute on function
tat.choose_policy(text, text),
tat.choose_calendar(integer, text, text),
tat.list_cycles(uuid),
tat.list_segments(uuid, timestamptz, timestamptz, timestamptz),
tat.list_pauses(uuid, integer, timestamptz, timestamptz),
tat.paused_clock(uuid, integer, timestamptz, timestamptz),
tat.segment_due_clock(uuid, integer, timestamptz, timestamptz, bigint, bigint),
tat.due_clock(tat.level_clock, bigint),
tat.due_time(tat.level_clock, timestamptz),
tat.breach_time(tat.level_clock, timestamptz),
tat.level_thresholds(tat.level_clock),
tat.ran_before(tat.level_clock),
tat.next_threshold(tat.level_clock, bigint),
tat.measure_elapsed(uuid, timestamptz, timestamptz),
tat.list_holidays(integer, date, date),
tat.holiday_dates(integer, date, date)
to tat_engine, tat_ingest, tat_dbt;
