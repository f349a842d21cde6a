"""What the Dagster UI shows of sensors: what they are for, what a tick did, what a check found."""

import inspect
import json
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import dagster as dg

Definition = TypeVar("Definition")

# A state that lasts is told again this often; a change of state is told at once.
TELL_EVERY_SECONDS = 3600


def described(
    decorator: Callable[..., Callable[..., Definition]], **options: Any
) -> Callable[[Callable[..., Any]], Definition]:
    """dg.sensor or dg.schedule with the function's docstring as the description in the UI."""

    def decorate(function: Callable[..., Any]) -> Definition:
        description = inspect.getdoc(function)
        return decorator(description=description, **options)(function)

    return decorate


def tell_of_tick(
    done: str, asset_events: Sequence[dg.AssetMaterialization | dg.AssetCheckEvaluation] = ()
) -> dg.SensorResult:
    """What a sensor returns that works in its own tick: in words what it did.

    Dagster calls such a tick skipped, with 0 runs requested, and shows why on another page. What
    it lists of each tick is the cursor, so the words are the cursor too; nobody reads it back.
    """
    return dg.SensorResult(skip_reason=done, cursor=done, asset_events=[*asset_events])


def is_worth_telling(cursor: str | None, passed: bool, now: float) -> bool:
    """Whether the state changed since it was last told, or that was an hour ago."""
    if not cursor:
        return True
    told = json.loads(cursor)
    return told.get("passed") != passed or now - told["at"] >= TELL_EVERY_SECONDS


def evaluate_check(
    key: dg.AssetCheckKey, found: dg.AssetCheckResult, reason: str | None = None
) -> dg.AssetCheckEvaluation:
    """What was found of a check, in its words or else `reason`, as the asset graph keeps it."""
    return dg.AssetCheckEvaluation(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=found.passed,
        severity=found.severity,
        metadata=found.metadata,
        description=found.description or reason,
    )


def tell_of_check(
    key: dg.AssetCheckKey, found: dg.AssetCheckResult, reason: str, cursor: str | None
) -> dg.SensorResult:
    """What a sensor returns that has made a check: `reason` for its page, the state if worth it.

    `cursor` is the sensor's own, as the last result left it.
    """
    now = time.time()
    if not is_worth_telling(cursor, found.passed, now):
        return dg.SensorResult(skip_reason=reason, cursor=cursor)
    told = json.dumps({"passed": found.passed, "at": now})
    return dg.SensorResult(
        skip_reason=reason, asset_events=[evaluate_check(key, found, reason)], cursor=told
    )


def is_preview(context: dg.SensorEvaluationContext) -> bool:
    """Whether somebody looks at what a tick would do; the daemon knows when the sensor started."""
    return context.last_sensor_start_time is None and context.last_tick_completion_time is None
