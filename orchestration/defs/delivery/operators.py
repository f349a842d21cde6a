"""What operators are told by the channels: runs that fail, checks that turn red."""

import dagster as dg
from dagster import DagsterEventType, EventLogRecord, EventRecordsFilter

from orchestration.defs.resources import DatabaseResource
from orchestration.delivery.notices import add_notice

# Dagster offers sensors of runs, none of checks; its storage has the events of both.
WATCHED = (DagsterEventType.RUN_FAILURE, DagsterEventType.ASSET_CHECK_EVALUATION)
EVENTS_PER_LOOK = 500


def find_newest(instance: dg.DagsterInstance) -> int:
    """The id of the newest event of those watched; 0 where there is none."""
    newest = [
        record.storage_id
        for kind in WATCHED
        for record in instance.event_log_storage.get_event_records(
            EventRecordsFilter(kind), limit=1
        )
    ]
    return max(newest, default=0)


def list_events(instance: dg.DagsterInstance, after: int) -> list[EventLogRecord]:
    """The events after one, oldest first; what is beyond a full page is left for the next look."""
    pages = [
        instance.event_log_storage.get_event_records(
            EventRecordsFilter(kind, after_cursor=after), limit=EVENTS_PER_LOOK, ascending=True
        )
        for kind in WATCHED
    ]
    reached = min(
        (page[-1].storage_id for page in pages if len(page) == EVENTS_PER_LOOK), default=None
    )
    events = [record for page in pages for record in page]
    return sorted(
        (record for record in events if reached is None or record.storage_id <= reached),
        key=lambda record: record.storage_id,
    )


def describe_event(record: EventLogRecord) -> tuple[str, str, str] | None:
    """Key, subject and body of what operators are told of an event; None: nothing.

    A check that stays red is told once a day.
    """
    entry = record.event_log_entry
    event = entry.dagster_event
    if event is None:
        return None
    if event.event_type is DagsterEventType.RUN_FAILURE:
        subject = f"The run of {event.job_name} failed"
        return f"run:{entry.run_id}", subject, f"Run {entry.run_id}\n\n{event.message or ''}"
    check = event.asset_check_evaluation_data
    if check.passed:
        return None
    name = f"{check.asset_key.to_user_string()} {check.check_name}"
    day = record.timestamp // 86400
    return (
        f"check:{name}:{day:.0f}",
        f"The check {check.check_name} is red",
        f"{check.description or 'It did not pass.'}\n\nAsset {check.asset_key.to_user_string()}",
    )


@dg.sensor(
    name="operators_sensor",
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def operators_sensor(
    context: dg.SensorEvaluationContext, database: DatabaseResource
) -> dg.SensorResult:
    """Tell operators, by the channels that know their address, of failed runs and red checks."""
    if not context.cursor:
        newest = find_newest(context.instance)
        return dg.SensorResult(skip_reason="Watching from now on.", cursor=str(newest or "0"))
    events = list_events(context.instance, int(context.cursor))
    told = [description for description in map(describe_event, events) if description]
    with database.connect("tat_engine") as connection:
        for key, subject, body in told:
            add_notice(connection, key=key, subject=subject, body=body)
    return dg.SensorResult(
        skip_reason=f"{len(told)} notices for operators." if told else "Nothing failed.",
        cursor=str(events[-1].storage_id) if events else context.cursor,
    )
