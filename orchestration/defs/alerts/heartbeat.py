"""The dead man's check: red when nothing ticks, whatever became of the sensor that should."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import dagster as dg

from database.roles import BI, BI_LOGIN
from database.settings import load_settings
from orchestration.defs.alerts.assets import tat_alerts
from orchestration.defs.resources import DatabaseResource
from orchestration.defs.telling import is_preview, tell_of_check
from orchestration.delivery.notices import ping_heartbeat
from orchestration.reading import fetch_rows

ALIVE_CHECK = "engine_is_alive"
# Dead is 140 s without a tick: with this, the check is red within three minutes of the last one.
LOOK_EVERY_SECONDS = 30
# Whatever an analyst's session sets for itself, no statement of it lasts longer.
LONGEST_QUERY_SECONDS = 15 * 60


def read_health(database: DatabaseResource) -> Mapping[str, Any]:
    """The row of tat.engine_health."""
    (health,) = fetch_rows(database.open(), "read_engine_health")
    return health


def end_long_queries(database: DatabaseResource, seconds: float = LONGEST_QUERY_SECONDS) -> str:
    """End what analysts left running or idle in a transaction for longer; say how many, if any."""
    parameters = {"logins": [BI, BI_LOGIN], "seconds": seconds}
    ended = fetch_rows(database.open(), "end_long_queries", parameters)
    return f" {len(ended)} sessions of analysts lasted too long and were ended." if ended else ""


def describe_health(health: Mapping[str, Any]) -> dict[str, dg.MetadataValue | str | float]:
    """Health as metadata of a check; what there is none of is left out."""
    return {name: to_metadata(value) for name, value in health.items() if value is not None}


def to_metadata(value: Any) -> Any:
    """A figure as Dagster shows it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def judge_health(health: Mapping[str, Any]) -> dg.AssetCheckResult:
    """Red when no tick finished within the last 140 seconds."""
    return dg.AssetCheckResult(passed=health["is_alive"], metadata=describe_health(health))


@dg.asset_check(asset=tat_alerts.key, name=ALIVE_CHECK)
def engine_is_alive(database: DatabaseResource) -> dg.AssetCheckResult:
    """A tick finished within the last 140 seconds: no two of the sensor are missing.

    engine_heartbeat_sensor looks every half minute and tells of it when it changes, else once
    an hour. Both live in Dagster's daemon: when that is dead as a whole nothing here turns red,
    and `tat status --check`, run from outside, is the answer.
    """
    return judge_health(read_health(database))


@dg.sensor(
    name="engine_heartbeat_sensor",
    minimum_interval_seconds=LOOK_EVERY_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def engine_heartbeat_sensor(
    context: dg.SensorEvaluationContext, database: DatabaseResource
) -> dg.SensorResult:
    """Look every half minute whether the engine ticks, apart from the sensor that makes it tick.

    While it does, TAT_HEARTBEAT_URL is called, so that somebody outside notices when Dagster itself
    is gone. It also ends statements of analysts that last longer than a quarter of an hour.
    """
    health = read_health(database)
    if health["is_alive"] and not is_preview(context):
        ping_heartbeat(load_settings().heartbeat_url)
    seconds = health["seconds_since_tick"]
    reason = "No tick has ever finished." if seconds is None else f"Last tick {seconds} s ago."
    if not is_preview(context):
        reason += end_long_queries(database)
    key = dg.AssetCheckKey(tat_alerts.key, ALIVE_CHECK)
    return tell_of_check(key, judge_health(health), reason, context.cursor)
