"""The sentences of an explanation, made of the facts that tat.explain_details gives."""

from collections.abc import Callable, Mapping
from typing import Any

Facts = Mapping[str, Any]


def describe(kind: str, facts: Facts) -> str:
    """Say in words what a line of this kind tells. Raises KeyError for a kind that is not known."""
    return DESCRIPTIONS[kind](facts)


def describe_level(facts: Facts) -> str:
    """Which level it is, its state and who has it."""
    level = facts.get("level_name") or f"level {facts['level_number']}"
    state = facts["state"] if facts["is_current"] else "ended, then opened again"
    return (
        f'{facts["request_number"]} "{facts["title"]}", {facts["priority"]}, {level}: '
        f"{state}, now with {facts['approver']}"
    )


def describe_segment(facts: Facts) -> str:
    """By which clock it runs, and why by that."""
    department = f" of {facts['department']}" if "department" in facts else ""
    return (
        f'runs on "{facts["calendar"]}" ({facts["time_zone"]}) as {facts["priority"]}{department}'
    )


def describe_holder(facts: Facts) -> str:
    """Who held it."""
    return f"with {facts['approver']}"


def describe_edit(facts: Facts) -> str:
    """From how much to how much the TAT was edited."""
    return f"TAT edited from {facts['old_tat_hours']} h to {facts['new_tat_hours']} h"


def describe_window(facts: Facts) -> str:
    """Working hours that count."""
    return "counted"


def describe_holiday(facts: Facts) -> str:
    """The names of a day off."""
    return str(facts["holiday"])


def describe_day(facts: Facts) -> str:
    """The hours of a day that has its own."""
    return f"hours of its own: {facts['hours']}"


def describe_pause(facts: Facts) -> str:
    """Why it was paused, if somebody said so."""
    return f"paused: {facts['reason']}" if "reason" in facts else "paused"


def describe_threshold(facts: Facts) -> str:
    """Whether a threshold was crossed, and why not if not."""
    return f"{facts['alert_type']} at {facts['percentage']} %: {name_outcome(facts)}"


def name_outcome(facts: Facts) -> str:
    """What came of a threshold."""
    if facts["is_crossed"]:
        return "crossed"
    return {
        "cancelled": "not reached before the end",
        "stopped": "not reached before the decision",
        "paused": "stands still",
    }.get(facts["state"], "ahead")


def describe_alert(facts: Facts) -> str:
    """When an alert was recorded, who was told, and what is different now."""
    recorded = (
        "when the decided level arrived"
        if facts.get("origin") == "replay"
        else f"{facts['seconds_late']} s after its crossing"
    )
    differs = (
        f"; differs from what is right now ({', '.join(facts['reasons'])})"
        if "reasons" in facts
        else ""
    )
    return f"{facts['alert_type']} recorded {recorded}; {name_notification(facts)}{differs}"


def name_notification(facts: Facts) -> str:
    """Who was told by what, or why nobody was."""
    if "not_notified_reason" in facts:
        return f"not notified: {facts['not_notified_reason']}"
    if "deliveries" in facts:
        return ", ".join(describe_delivery(delivery) for delivery in facts["deliveries"])
    return "nobody is told by its policy" if facts.get("is_routed") else "waits to be sent"


def describe_delivery(delivery: Facts) -> str:
    """What became of one message."""
    again = f" again ({delivery['repetition']})" if delivery["repetition"] else ""
    told = f"{delivery['state']} to {delivery['receiver']} by {delivery['channel']}{again}"
    reason = delivery.get("reason")
    return f"{told} ({reason})" if reason else told


def describe_total(facts: Facts) -> str:
    """Of how much TAT the time was used."""
    return f"of {facts['tat_hours']} h used"


DESCRIPTIONS: Mapping[str, Callable[[Facts], str]] = {
    "level": describe_level,
    "segment": describe_segment,
    "holder": describe_holder,
    "edit": describe_edit,
    "window": describe_window,
    "holiday": describe_holiday,
    "day": describe_day,
    "pause": describe_pause,
    "threshold": describe_threshold,
    "alert": describe_alert,
    "total": describe_total,
}
