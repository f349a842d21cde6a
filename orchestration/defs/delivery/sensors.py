"""The sensor that sends: in its own thread, without a run for each message."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from database.settings import load_settings
from database.statements import Rows
from orchestration.defs.alerts.assets import describe_engine_table, tat_alerts
from orchestration.defs.failing import explain_errors
from orchestration.defs.resources import DatabaseResource
from orchestration.defs.telling import described, is_preview, tell_of_check
from orchestration.delivery.sending import DeliveryReport, deliver
from orchestration.reading import fetch_rows

SEND_EVERY_SECONDS = 15
# Dagster gives a sensor 60 seconds; what is not sent by then goes out with the next.
SENDING_SECONDS = 40
# What is due this long and not sent is stuck: retries after a first failure come sooner.
STUCK_SECONDS = 600

delivery = describe_engine_table(
    "delivery",
    "One alert for one receiver by one channel, and what became of it. Sent by delivery_sensor.",
    [tat_alerts.key],
)
DELIVERED_CHECK = dg.AssetCheckKey(delivery.key, "notifications_are_delivered")


def read_delivery_health(database: DatabaseResource) -> Rows:
    """A row per channel."""
    return fetch_rows(database.open(), "read_delivery_health")


def check_deliveries(channels: Rows) -> dg.AssetCheckResult:
    """Red when a channel in use has something due for ten minutes, or gave something up today."""
    stuck = [row["channel_name"] for row in channels if is_stuck(row)]
    dead = [row["channel_name"] for row in channels if row["dead_last_day"]]
    return dg.AssetCheckResult(
        passed=not stuck and not dead,
        description=describe_health(stuck, dead),
        metadata={"channels": describe_channels(channels), **sum_up(channels)},
    )


def is_stuck(row: Mapping[str, Any]) -> bool:
    """Something is due for longer than retries explain."""
    return row["is_active"] and (row["oldest_due_seconds"] or 0) > STUCK_SECONDS


def describe_health(stuck: Sequence[str], dead: Sequence[str]) -> str:
    """What is wrong, and what to do."""
    words = []
    if stuck:
        words.append(f"{', '.join(stuck)}: due for over ten minutes; see `tat channel list`.")
    if dead:
        words.append(f"{', '.join(dead)}: messages given up; see `tat outbox list --state dead`.")
    return " ".join(words) or "Everything that is due is sent."


def sum_up(channels: Rows) -> dict[str, float]:
    """Counts of all channels and the longest delay, which Dagster plots."""
    names = ("due", "later", "sent_last_day", "suppressed_last_day", "dead_last_day")
    longest = max((row["delay_p99_seconds"] or 0 for row in channels), default=0)
    return {
        **{name: sum(row[name] for row in channels) for name in names},
        "delay_p99_seconds": float(longest),
    }


def describe_channels(channels: Rows) -> dg.TableMetadataValue:
    """A table with a line a channel."""
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {name: "" if value is None else str(value) for name, value in row.items()}
            )
            for row in channels
        ]
    )


@dg.asset_check(asset=delivery.key, name=DELIVERED_CHECK.name)
def notifications_are_delivered(database: DatabaseResource) -> dg.AssetCheckResult:
    """Nothing that is due waits for over ten minutes, and nothing was given up within a day.

    delivery_sensor looks each time it has sent, and tells of it when it changes, else once an hour.
    """
    return check_deliveries(read_delivery_health(database))


def describe_delivery(report: DeliveryReport) -> str:
    """One line for the sensor's page."""
    unavailable = (
        f" Can't be used now: {', '.join(report.unavailable)}." if report.unavailable else ""
    )
    if not (report.routed or report.sent or report.failed or report.dead or report.suppressed):
        return f"Nothing was due.{unavailable}"
    return (
        f"{report.sent} messages sent, {report.failed} to be tried again, {report.dead} given up, "
        f"{report.suppressed} suppressed; {report.routed} new alerts.{unavailable}"
    )


def report_delivery(report: DeliveryReport) -> list[dg.AssetMaterialization]:
    """What the asset graph is told: nothing when nothing was sent."""
    if not report.sent:
        return []
    counts = {name: value for name, value in vars(report).items() if isinstance(value, int)}
    return [dg.AssetMaterialization(delivery.key, metadata=counts)]


@described(
    dg.sensor,
    name="delivery_sensor",
    minimum_interval_seconds=SEND_EVERY_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
@explain_errors()
def delivery_sensor(
    context: dg.SensorEvaluationContext, database: DatabaseResource
) -> dg.SensorResult:
    """Find receivers of new alerts and send what is due, every quarter of a minute.

    A preview sends nothing.
    """
    if is_preview(context):
        due = sum_up(read_delivery_health(database))["due"]
        return dg.SensorResult(skip_reason=f"A preview, nothing is sent: {due} deliveries are due.")
    report = deliver(database.open(), load_settings(), seconds=SENDING_SECONDS)
    context.log.info(describe_delivery(report))
    result = tell_of_check(
        DELIVERED_CHECK,
        check_deliveries(read_delivery_health(database)),
        describe_delivery(report),
        context.cursor,
    )
    return result._replace(asset_events=[*(result.asset_events or []), *report_delivery(report)])
