"""Checks that a sensor makes again and again, without a run, and tells of as they change."""

import json
import time

import dagster as dg

# A state that lasts is told again this often; a change of state is told at once.
TELL_EVERY_SECONDS = 3600


def is_worth_telling(cursor: str | None, passed: bool, now: float) -> bool:
    """Whether the state changed since it was last told, or that was an hour ago."""
    if not cursor:
        return True
    told = json.loads(cursor)
    return told.get("passed") != passed or now - told["at"] >= TELL_EVERY_SECONDS


def tell_of_check(
    key: dg.AssetCheckKey, found: dg.AssetCheckResult, reason: str, cursor: str | None
) -> dg.SensorResult:
    """What a sensor returns that has made a check: `reason` for its page, the state if worth it.

    `cursor` is the sensor's own, as the last result left it.
    """
    now = time.time()
    if not is_worth_telling(cursor, found.passed, now):
        return dg.SensorResult(skip_reason=reason, cursor=cursor)
    evaluation = dg.AssetCheckEvaluation(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=found.passed,
        severity=found.severity,
        description=found.description,
        metadata=found.metadata,
    )
    told = json.dumps({"passed": found.passed, "at": now})
    return dg.SensorResult(skip_reason=reason, asset_events=[evaluation], cursor=told)


def is_preview(context: dg.SensorEvaluationContext) -> bool:
    """Whether somebody looks at what a tick would do; the daemon knows when the sensor started."""
    return context.last_sensor_start_time is None and context.last_tick_completion_time is None
