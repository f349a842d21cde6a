"""The sensor that keeps incremental tables close to the source, and the one that watches that."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.defs.failing import explain_errors
from orchestration.defs.resources import DatabaseResource
from orchestration.defs.telling import described, is_preview, tell_of_check, tell_of_tick
from orchestration.reading import fetch_rows
from orchestration.warehouse.facts import FactsReport, refresh_facts

REFRESH_INTERVAL_SECONDS = 60
# Dagster gives a sensor 60 seconds; what is not stored by then is counted live by the views.
REFRESH_BUDGET_SECONDS = 25
# Ten refreshes missed: questions still have true answers, but ever slower ones.
BEHIND_SECONDS = 600
LOOK_EVERY_SECONDS = 300
WAITING_FOR_BUILD = (
    "Changes wait for a build of the models to end and are counted live until then."
    " If none runs, one was broken off: `tat build` ends it."
)
HELD = (
    "A build, a load or a change of rules keeps facts from being stored."
    " Changes are counted live until the next refresh, in a minute."
)

STORED_LEVELS = dg.AssetKey(["intermediate", "int_levels_stored"])
FACTS_CHECK = "stored_facts_keep_up"


def describe_refresh(report: FactsReport) -> str:
    """One line for the sensor's page: what was stored, and what keeps the rest waiting."""
    if report.is_waiting_for_build:
        return WAITING_FOR_BUILD
    is_held = report.is_locked or report.is_waiting_for_rules
    if report.requests_stored == 0:
        return HELD if is_held else "No request changed."
    is_left = report.changes_left or is_held
    left = " More wait for the next refresh." if is_left else ""
    return f"{report.requests_stored} changed requests stored.{left}"


@described(
    dg.sensor,
    name="stored_facts_sensor",
    minimum_interval_seconds=REFRESH_INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
@explain_errors()
def stored_facts_sensor(
    context: dg.SensorEvaluationContext, database: DatabaseResource
) -> dg.SensorResult:
    """Store what changed at the source once a minute; until then the views count it live.

    A preview says what waits and stores nothing.
    """
    if is_preview(context):
        waiting = describe_waiting(read_waiting(database))
        return dg.SensorResult(skip_reason=f"A preview, nothing is stored: {waiting}")
    report = refresh_facts(database.open(), seconds=REFRESH_BUDGET_SECONDS)
    context.log.info(describe_refresh(report))
    return tell_of_tick(describe_refresh(report))


def read_waiting(database: DatabaseResource) -> Mapping[str, Any]:
    """How many requests wait to be stored, and since when."""
    (waiting,) = fetch_rows(database.open(), "read_waiting_changes")
    return waiting


def describe_waiting(waiting: Mapping[str, Any]) -> str:
    """One line for the page of the sensor that looks."""
    if not waiting["requests_waiting"]:
        return "No change waits to be stored."
    oldest = round(waiting["oldest_change_seconds"])
    return f"{waiting['requests_waiting']} changed requests wait, the oldest for {oldest} s."


def judge_waiting(waiting: Mapping[str, Any]) -> dg.AssetCheckResult:
    """A warning when a change has waited for ten minutes."""
    oldest = waiting["oldest_change_seconds"]
    return dg.AssetCheckResult(
        passed=oldest is None or oldest <= BEHIND_SECONDS,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "requests_waiting": waiting["requests_waiting"],
            "oldest_change_seconds": float(oldest or 0),
        },
    )


@dg.asset_check(asset=STORED_LEVELS, name=FACTS_CHECK)
def stored_facts_keep_up(database: DatabaseResource) -> dg.AssetCheckResult:
    """No change at the source has waited ten minutes to be stored.

    The views are true all the same, but the slower the more changes wait. A build stores what
    waits, so stored_facts_watch_sensor looks between builds, every five minutes, and tells of it
    when it changes, else once an hour.
    """
    return judge_waiting(read_waiting(database))


@described(
    dg.sensor,
    name="stored_facts_watch_sensor",
    minimum_interval_seconds=LOOK_EVERY_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
@explain_errors()
def stored_facts_watch_sensor(
    context: dg.SensorEvaluationContext, database: DatabaseResource
) -> dg.SensorResult:
    """Look every five minutes whether changes wait, apart from the sensor that stores them."""
    waiting = read_waiting(database)
    key = dg.AssetCheckKey(STORED_LEVELS, FACTS_CHECK)
    return tell_of_check(key, judge_waiting(waiting), describe_waiting(waiting), context.cursor)
