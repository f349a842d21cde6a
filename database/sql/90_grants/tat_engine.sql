-- The engine: clocks, alerts, flags and calendars.
grant update (tat50_alert_sent, tat75_alert_sent, tat_breached, tat_start_time, level_start_time)
on workflow.approval_levels to tat_engine;
-- Key share locks need a column to be updatable.
grant update (updated_at) on workflow.workflow_requests, workflow.users to tat_engine;
grant insert on workflow.activities to tat_engine;
grant insert, update, delete on
tat.level_clock, tat.tat_alerts, tat.outbox, tat.tick_log, tat.calendar, tat.work_interval,
tat.delivery, tat.in_app_notification, tat.notice
to tat_engine;
grant insert, update, delete on tat.unwritten to tat_engine;
grant update (failures, paused_until, last_error) on tat.channel to tat_engine;
grant select, insert, update on tat.quarantine to tat_engine;
grant usage, create on schema dagster to tat_engine;

grant execute on function
tat.derive_level_clocks(timestamptz, integer),
tat.record_crossings(timestamptz, integer, bigint),
tat.claim_crossed_levels(bigint[], bigint, integer),
tat.clock_limit(tat.level_clock, bigint[]),
tat.list_crossings(tat.level_clock[], bigint[], timestamptz),
tat.describe_crossings(tat.level_clock[], bigint[], timestamptz),
tat.alert_message(smallint, numeric, numeric, text, text),
tat.record_alerts(tat.level_clock[], bigint[], timestamptz),
tat.set_alert_flags(uuid[]),
tat.was_in_time(tat.level_clock),
tat.preview_clock(tat.level_clock, smallint, integer, bigint),
tat.extend_calendars(date, date),
tat.refresh_calendars(timestamptz),
tat.regenerate_calendar(integer, date, date),
tat.generate_work_windows(integer, date, date),
tat.generate_work_intervals(integer, date, date, date),
tat.lock_clocks(),
tat.lock_stored_facts(),
tat.mark_all_levels(),
tat.next_working_moment(integer, timestamptz),
tat.receiver_calendar(uuid),
tat.stand_in(workflow.users, timestamptz),
tat.find_receiver(uuid, timestamptz),
tat.alert_policy(tat.tat_alerts),
tat.list_receivers(uuid, timestamptz),
tat.send_time(tat.channel, uuid, timestamptz, boolean),
tat.reach_obstacle(tat.channel, workflow.users, tat.user_channel),
tat.repetition_times(tat.tat_alerts, tat.policy_threshold, timestamptz),
tat.list_routes(uuid, timestamptz),
tat.route_alerts(timestamptz, integer),
tat.route_notices(timestamptz),
tat.delivery_obstacle(tat.delivery, timestamptz),
tat.list_represented(uuid, timestamptz),
tat.may_see_request(uuid, uuid, timestamptz)
to tat_engine;
