"""The sensor that ticks: every minute, in its own process, without starting a run."""

import dagster as dg

from database.settings import load_settings
from database.statements import fetch, load_statement
from orchestration.defs.alerts.assets import tat_alerts
from orchestration.defs.failing import explain_errors
from orchestration.defs.resources import DatabaseResource
from orchestration.defs.telling import described, is_preview, tell_of_tick
from orchestration.engine.tick import (
    TickBusyError,
    TickReport,
    read_database_time,
    rehearse_ticks,
    run_ticks,
)
from orchestration.sourcing import follow_before_tick

TICK_INTERVAL_SECONDS = 60
# Dagster gives a sensor 60 seconds, of which a source may take 20 before the tick; what a tick
# cannot record by then is left for the next.
TICK_BUDGET_SECONDS = 25
# A crossing is found by the next tick at the latest, and the daemon itself may start it late.
ON_TIME_SECONDS = 2 * TICK_INTERVAL_SECONDS

LATENESS_CHECK = "alerts_are_recorded_on_time"


def describe_tick(report: TickReport) -> str:
    """One line for the sensor's page: what the tick did and what it left."""
    if report.alerts_recorded == 0:
        done = "No level crossed a threshold."
    else:
        done = (
            f"Alerts recorded: {report.alerts_recorded}, "
            f"notifications queued: {report.notifications_queued}."
        )
    left = f" {report.backlog} levels are left for the next tick." if report.backlog else ""
    waiting = " Changes wait to be derived." if report.changes_left else ""
    return done + left + waiting


def describe_alerts(report: TickReport) -> dict[str, dg.MetadataValue | int | float | str]:
    """A tick's counts and lateness, as metadata of the materialization."""
    metadata: dict[str, dg.MetadataValue | int | float | str] = {
        "as_of": report.as_of.isoformat(),
        "alerts_recorded": report.alerts_recorded,
        "alerts_replayed": report.alerts_replayed,
        "notifications_queued": report.notifications_queued,
        "levels_derived": report.levels_derived,
        "backlog": report.backlog,
    }
    if report.max_lateness_seconds is not None:
        metadata["max_lateness_seconds"] = float(report.max_lateness_seconds)
    return metadata


def is_on_time(report: TickReport) -> bool:
    """Nothing was recorded later than two ticks after it crossed, and nothing is left."""
    lateness = report.max_lateness_seconds or 0
    return lateness <= ON_TIME_SECONDS and report.backlog == 0


def report_events(
    report: TickReport,
) -> list[dg.AssetMaterialization | dg.AssetCheckEvaluation]:
    """What the asset graph is told of a tick: nothing when nothing happened."""
    if report.alerts_recorded == 0 and report.backlog == 0:
        return []
    metadata = describe_alerts(report)
    return [
        dg.AssetMaterialization(tat_alerts.key, metadata=metadata),
        dg.AssetCheckEvaluation(
            asset_key=tat_alerts.key,
            check_name=LATENESS_CHECK,
            passed=is_on_time(report),
            severity=dg.AssetCheckSeverity.WARN,
            metadata=metadata,
        ),
    ]


@described(
    dg.sensor,
    name="tat_threshold_sensor",
    minimum_interval_seconds=TICK_INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
@explain_errors()
def tat_threshold_sensor(
    context: dg.SensorEvaluationContext, database: DatabaseResource
) -> dg.SensorResult:
    """Record every TAT threshold crossed since the last tick, in this process, once a minute.

    Where the app's own database is followed, what changed there is loaded before; a source that is
    away delays the tick by seconds and never stops it. A preview counts and records nothing.
    """
    run = rehearse_ticks if is_preview(context) else run_ticks
    followed = "" if is_preview(context) else follow_source(context, database)
    try:
        with database.connect("tat_engine") as connection:
            report = run(
                connection,
                read_database_time(connection),
                origin="sensor",
                seconds=TICK_BUDGET_SECONDS,
            )
    except TickBusyError as busy:
        return tell_of_tick(f"{followed}{busy}")
    if is_preview(context):
        return dg.SensorResult(
            skip_reason=f"A preview, nothing is recorded: {describe_tick(report)}"
        )
    context.log.info(describe_tick(report))
    return tell_of_tick(f"{followed}{describe_tick(report)}", report_events(report))


def follow_source(context: dg.SensorEvaluationContext, database: DatabaseResource) -> str:
    """Load what changed at the source; return what came of it, in words before those of a tick."""
    followed = follow_before_tick(database.open(), load_settings())
    if followed is None:
        return ""
    tell = context.log.info if followed.is_complete else context.log.warning
    tell(followed.words)
    return f"{followed.words} "


@dg.asset_check(
    asset=tat_alerts.key,
    name=LATENESS_CHECK,
)
def alerts_are_recorded_on_time(database: DatabaseResource) -> dg.AssetCheckResult:
    """No alert of the last day was recorded over two minutes after its threshold was crossed."""
    with database.connect("tat_engine") as connection:
        statement = load_statement("orchestration", "count_late_ticks")
        (late,) = fetch(connection, statement, {"on_time_seconds": ON_TIME_SECONDS})
    return dg.AssetCheckResult(
        passed=late["ticks"] == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "late_ticks": late["ticks"],
            "max_lateness_seconds": float(late["max_lateness_seconds"]),
        },
    )
