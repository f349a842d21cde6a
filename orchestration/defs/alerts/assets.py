"""The engine's tables: written by the sensor's ticks and by triggers, not by runs."""

from collections.abc import Sequence

import dagster as dg

from database.statements import fetch
from orchestration.defs.resources import DatabaseResource
from orchestration.defs.telling import described
from orchestration.defs.transform.sources import describe_table, list_source_keys

GROUP = "alerts"
OWNERS = ["team:operations"]

users, requests, levels, pauses, holidays = (
    dg.AssetKey(["workflow", table])
    for table in ("users", "workflow_requests", "approval_levels", "level_pauses", "holidays")
)


def describe_engine_table(
    table: str, description: str, deps: Sequence[dg.AssetKey] = ()
) -> dg.AssetSpec:
    """The asset of a table or view that the engine keeps."""
    return describe_table(
        "tat", table, description=description, deps=deps, group_name=GROUP, owners=OWNERS
    )


level_coordinates = describe_engine_table(
    "level_coordinates",
    "Each started level's clock, as it holds at any moment. Kept by every tick.",
    [dg.AssetKey(["tat", "work_interval"]), levels, requests, pauses],
)

level_status = describe_engine_table(
    "level_status",
    "Each started level's clock, read now: elapsed, allowed, due, breached.",
    [level_coordinates.key],
)

level_pause = describe_engine_table(
    "level_pause", "Pauses with the end that counts: their own, or that of their cycle.", [pauses]
)

tat_alerts = describe_engine_table(
    "tat_alerts",
    "Every threshold crossing, once per level, cycle and alert type. "
    "Written by tat_threshold_sensor, which ticks in its own process.",
    [level_coordinates.key, users],
)

tick_log = describe_engine_table(
    "tick_log", "What every tick did, how late its alerts were and what it left."
)

policy = describe_engine_table(
    "policy", "Which clock a priority runs on, edited with `tat policy`."
)

policy_threshold = describe_engine_table(
    "policy_threshold", "The percentage in force for each threshold, edited with `tat policy`."
)

calendar = describe_engine_table(
    "calendar", "Work clocks, edited with `tat calendar` and `tat holiday`."
)

request_change = describe_engine_table(
    "request_change",
    "Requests of which something changed since they were stored, written down by triggers. "
    "The views count these anew.",
    [
        *list_source_keys("workflow"),
        level_coordinates.key,
        tat_alerts.key,
        policy.key,
        calendar.key,
    ],
)


@dg.asset(
    key=["tat", "work_interval"],
    deps=[holidays],
    group_name=GROUP,
    owners=OWNERS,
    kinds={"postgres"},
)
def work_interval(database: DatabaseResource) -> dg.MaterializeResult:
    """The working windows of every calendar, generated two years ahead of now."""
    with database.connect("tat_engine") as connection, connection.transaction():
        (changed,) = fetch(connection, "select tat.refresh_calendars(now()) as calendars")
        (generated,) = fetch(
            connection, "select count(*) as windows, max(ends_at) as until from tat.work_interval"
        )
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": generated["windows"],
            "calendars_changed": changed["calendars"],
            "generated_until": generated["until"].isoformat(),
        }
    )


work_calendar_job = dg.define_asset_job("work_calendar_job", selection=[work_interval])


@described(
    dg.schedule,
    job=work_calendar_job,
    cron_schedule="30 2 * * 0",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def weekly_work_calendar_schedule() -> dg.RunRequest:
    """Keep every work calendar generated two years ahead."""
    return dg.RunRequest()
