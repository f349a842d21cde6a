"""What the commands that edit rules have in common: run the edit, show what it moves."""

import json
import sys
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from database.settings import load_settings
from database.statements import Rows
from orchestration.commands.console import (
    OutputFormat,
    out,
    print_rows,
    show_step,
    show_ticks,
    to_json,
)
from orchestration.commands.shared import open_migrated_database
from orchestration.engine.calendars.preview import LISTED_MOVES, Applied, Edit, Preview, apply_edit

MOVE_COLUMNS = ["request_number", "level", "approver", "due_before", "due_after", "moved_hours"]


def edit_rules(
    edit: Edit, *, choices_changed: bool, dry_run: bool, output_format: OutputFormat
) -> None:
    """Make an edit, or in a dry run only show what it would move."""
    database = open_migrated_database(load_settings())
    with show_step("Measuring what would move") if dry_run else show_ticks() as progress:
        applied = apply_edit(
            database, edit, choices_changed=choices_changed, dry_run=dry_run, progress=progress
        )
    if output_format is OutputFormat.JSON:
        print_json(applied)
    elif output_format is OutputFormat.CSV:
        print_rows(applied.preview.moves, ["level_id", *MOVE_COLUMNS], output_format)
    else:
        print_preview(applied.preview, dry_run=dry_run)
        if applied.ticks is not None:
            print_ticks(applied)


def print_json(applied: Applied) -> None:
    """The whole preview, and what the ticks after it did."""
    result: dict[str, Any] = asdict(applied.preview)
    result["applied"] = applied.ticks is not None
    result["ticks"] = vars(applied.ticks) if applied.ticks else None
    sys.stdout.write(json.dumps(result, default=to_json, indent=2) + "\n")


def print_preview(preview: Preview, *, dry_run: bool) -> None:
    """The calendars, levels and alerts that the edit concerns."""
    verb = "would move" if dry_run else "moved"
    zone = ZoneInfo(preview.time_zone)
    if preview.calendars:
        columns = ["calendar", "first_difference", "hours_gained"]
        rows = localize(preview.calendars, zone)
        print_rows(rows, columns, title="Calendars with other working time")
    summary = preview.summary
    if summary["levels_moved"] == 0:
        out.print(f"The due instant of no open level {verb}.")
    else:
        out.print(
            f"The due instants of {summary['levels_moved']:,} open levels {verb}: "
            f"{summary['later']:,} later, {summary['earlier']:,} earlier, by "
            f"{summary['least_hours']} h to {summary['most_hours']} h "
            f"(median {summary['median_hours']} h)."
        )
        print_rows(localize(preview.moves, zone), MOVE_COLUMNS)
        if summary["levels_moved"] > LISTED_MOVES:
            out.print(f"{summary['levels_moved'] - LISTED_MOVES:,} more are not listed.")
    if summary["not_previewed"]:
        out.print(
            f"{summary['not_previewed']:,} levels changed their calendar in flight; "
            "what becomes of them is not previewed."
        )
    print_alerts("Alerts that fall due at once", preview.due_now)
    print_alerts("Alerts sent that would not have been by then", preview.sent_early)
    if dry_run:
        out.print("Nothing was changed.")


def localize(rows: Rows, zone: ZoneInfo) -> Rows:
    """Show instants as local times to the minute."""
    return [
        {
            name: value.astimezone(zone).strftime("%a %Y-%m-%d %H:%M")
            if isinstance(value, datetime)
            else value
            for name, value in row.items()
        }
        for row in rows
    ]


def print_alerts(title: str, rows: Rows) -> None:
    """Counts by type, or nothing."""
    if rows:
        print_rows(rows, ["alert_type", "alerts"], title=title)


def print_ticks(applied: Applied) -> None:
    """What the ticks after the edit did."""
    assert applied.ticks is not None
    out.print(
        f"Applied: {applied.ticks.levels_derived:,} clocks derived, "
        f"{applied.ticks.alerts_recorded:,} alerts recorded, "
        f"{applied.ticks.backlog:,} levels left for the next tick."
    )
