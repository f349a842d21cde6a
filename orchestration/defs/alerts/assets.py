"""The engine's tables: written by the sensor's ticks and by triggers, not by runs."""

import dagster as dg

from orchestration.defs.resources import DatabaseResource
from orchestration.defs.transform.sources import describe_source

GROUP = "alerts"
OWNERS = ["team:operations"]

work_interval_source = [
    dg.AssetKey(["workflow", "holidays"]),
]

clock_sources = [
    dg.AssetKey(["tat", "work_interval"]),
    dg.AssetKey(["workflow", "approval_levels"]),
    dg.AssetKey(["workflow", "workflow_requests"]),
    dg.AssetKey(["workflow", "level_pauses"]),
]

fact_sources = [
    dg.AssetKey(["workflow", table])
    for table in (
        "users",
        "workflow_requests",
        "approval_levels",
        "participants",
        "work_notes",
        "work_note_attachments",
        "documents",
        "activities",
    )
]

level_coordinates = dg.AssetSpec(
    ["tat", "level_coordinates"],
    deps=clock_sources,
    group_name=GROUP,
    owners=OWNERS,
    metadata=describe_source("tat", "level_coordinates"),
    kinds={"postgres"},
    description="Each started level's clock, as it holds at any moment. Kept by every tick.",
)

level_status = dg.AssetSpec(
    ["tat", "level_status"],
    deps=[level_coordinates.key],
    group_name=GROUP,
    owners=OWNERS,
    kinds={"postgres"},
    description="Each started level's clock, read now: elapsed, allowed, due, breached.",
)

level_pause = dg.AssetSpec(
    ["tat", "level_pause"],
    deps=[dg.AssetKey(["workflow", "level_pauses"])],
    group_name=GROUP,
    owners=OWNERS,
    metadata=describe_source("tat", "level_pause"),
    kinds={"postgres"},
    description="Pauses with the end that counts: their own, or that of their cycle.",
)

tat_alerts = dg.AssetSpec(
    ["tat", "tat_alerts"],
    deps=[level_coordinates.key, dg.AssetKey(["workflow", "users"])],
    group_name=GROUP,
    owners=OWNERS,
    metadata=describe_source("tat", "tat_alerts"),
    kinds={"postgres"},
    description=(
        "Every threshold crossing, once per level, cycle and alert type. "
        "Written by tat_threshold_sensor, which ticks in its own process."
    ),
)

tick_log = dg.AssetSpec(
    ["tat", "tick_log"],
    group_name=GROUP,
    owners=OWNERS,
    metadata=describe_source("tat", "tick_log"),
    kinds={"postgres"},
    description="What every tick did, how late its alerts were and what it left.",
)

policy = dg.AssetSpec(
    ["tat", "policy"],
    group_name=GROUP,
    owners=OWNERS,
    metadata=describe_source("tat", "policy"),
    kinds={"postgres"},
    description="Which clock a priority runs on, edited with `tat policy`.",
)

policy_threshold = dg.AssetSpec(
    ["tat", "policy_threshold"],
    group_name=GROUP,
    owners=OWNERS,
    metadata=describe_source("tat", "policy_threshold"),
    kinds={"postgres"},
    description="The percentage in force for each alert slot, edited with `tat policy`.",
)

calendar = dg.AssetSpec(
    ["tat", "calendar"],
    group_name=GROUP,
    owners=OWNERS,
    metadata=describe_source("tat", "calendar"),
    kinds={"postgres"},
    description="Work clocks, edited with `tat calendar` and `tat holiday`.",
)

request_change = dg.AssetSpec(
    ["tat", "request_change"],
    deps=[
        *fact_sources,
        level_coordinates.key,
        tat_alerts.key,
        policy.key,
        calendar.key,
    ],
    group_name=GROUP,
    owners=OWNERS,
    metadata=describe_source("tat", "request_change"),
    kinds={"postgres"},
    description=(
        "Requests of which something changed since they were stored, written down by triggers. "
        "The views count these anew."
    ),
)


@dg.asset(
    key=["tat", "work_interval"],
    deps=work_interval_source,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"postgres"},
)
def work_interval(database: DatabaseResource) -> dg.MaterializeResult:
    """The working windows of every calendar, generated two years ahead of now."""
    with database.connect("tat_engine") as connection, connection.transaction():
        changed = connection.execute("select tat.refresh_calendars(now())").fetchone()
        rows = connection.execute("select count(*), max(ends_at) from tat.work_interval").fetchone()
    assert changed is not None
    assert rows is not None
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": rows[0],
            "calendars_changed": changed[0],
            "generated_until": rows[1].isoformat(),
        }
    )


work_calendar_job = dg.define_asset_job("work_calendar_job", selection=[work_interval])


@dg.schedule(
    job=work_calendar_job,
    cron_schedule="30 2 * * 0",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def weekly_work_calendar_schedule() -> dg.RunRequest:
    """Keep every work calendar generated two years ahead."""
    return dg.RunRequest()
