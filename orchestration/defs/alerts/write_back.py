"""The sensor that writes alerts and flags back to the app's own tables."""

import dagster as dg
import psycopg

from database.settings import load_settings
from database.statements import Rows
from ingestion.following.source import SourceAwayError
from orchestration.defs.alerts.assets import describe_engine_table, tat_alerts
from orchestration.defs.failing import explain_errors
from orchestration.defs.resources import DatabaseResource
from orchestration.defs.telling import described, is_preview, tell_of_check
from orchestration.write_back.running import NoWriterError, run_write_back
from orchestration.write_back.targets import count_unwritten
from orchestration.write_back.writing import WriteBackReport

WRITE_EVERY_SECONDS = 30
# Dagster gives a sensor 60 seconds; what is not written by then is with the next.
WRITING_SECONDS = 20
# A source that is away for longer is somebody's business.
LATE_SECONDS = 600
SWITCHED_OFF = "Nothing is written back to the app."

unwritten = describe_engine_table(
    "unwritten",
    "Alerts and flags that the app's own tables do not have yet. "
    "Written there by write_back_sensor, where that is switched on.",
    [tat_alerts.key],
)
WRITTEN_CHECK = dg.AssetCheckKey(unwritten.key, "alerts_are_written_back")


def judge_queue(waiting: Rows) -> dg.AssetCheckResult:
    """Red when something waits for ten minutes, or the app's database refuses rows."""
    late = [row["target"] for row in waiting if (row["oldest_seconds"] or 0) > LATE_SECONDS]
    refused = [row for row in waiting if row["refused"]]
    words = [f"{row['target']} refuses {row['refused']}: {row['last_error']}." for row in refused]
    if late:
        words.append(f"{', '.join(late)} lack what is older than ten minutes.")
    calm = "The app's tables have all that is older." if waiting else SWITCHED_OFF
    return dg.AssetCheckResult(
        passed=not words,
        severity=dg.AssetCheckSeverity.WARN,
        description=" ".join(words) or calm,
        metadata={"waiting": sum(row["waiting"] for row in waiting)},
    )


def read_queue(database: DatabaseResource) -> Rows:
    """What waits, by table of the app."""
    with database.connect("tat_engine") as warehouse:
        return count_unwritten(warehouse)


@dg.asset_check(asset=unwritten.key, name=WRITTEN_CHECK.name)
def alerts_are_written_back(database: DatabaseResource) -> dg.AssetCheckResult:
    """The app's own tables have every alert and flag that is older than ten minutes.

    write_back_sensor looks each time it has written, and tells of it when it changes, else once an
    hour. Green where nothing is written back.
    """
    return judge_queue(read_queue(database))


def describe_report(report: WriteBackReport | None) -> str:
    """One line for the sensor's page."""
    if report is None:
        return SWITCHED_OFF
    if report.is_busy:
        return "Another process is writing back."
    left = "" if report.is_finished else " More waits."
    return (
        f"{report.alerts} alerts and the flags of {report.levels} levels written back, "
        f"{report.refused} rows refused.{left}"
    )


@described(
    dg.sensor,
    name="write_back_sensor",
    minimum_interval_seconds=WRITE_EVERY_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
@explain_errors()
def write_back_sensor(
    context: dg.SensorEvaluationContext, database: DatabaseResource
) -> dg.SensorResult:
    """Write new alerts and flags to the app's own tables every half minute, where that is on.

    A source that is away is caught up with once it is back. A preview writes nothing.
    """
    if is_preview(context):
        waiting = sum(row["waiting"] for row in read_queue(database))
        return dg.SensorResult(skip_reason=f"A preview, nothing is written: {waiting} rows wait.")
    try:
        done = describe_report(
            run_write_back(database.open(), load_settings(), seconds=WRITING_SECONDS)
        )
    except (SourceAwayError, NoWriterError, psycopg.Error) as error:
        done = " ".join(str(error).split())
        context.log.warning(done)
    return tell_of_check(WRITTEN_CHECK, judge_queue(read_queue(database)), done, context.cursor)
