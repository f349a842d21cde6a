"""`tat calendar` and `tat holiday`: working time as data."""

from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

import psycopg
import typer

from database.statements import fetch
from orchestration.commands.console import OutputFormat, out, print_rows
from orchestration.commands.rules import edit_rules
from orchestration.commands.shared import DryRunOption, FormatOption, open_as
from orchestration.engine.calendars import load
from orchestration.engine.calendars.editing import (
    CalendarRules,
    add_calendar,
    add_holiday,
    change_calendar,
    find_calendar,
    remove_calendar,
    remove_holiday,
    set_day,
)
from orchestration.engine.calendars.hours import format_week, parse_week, parse_windows

app = typer.Typer()
calendar_app = typer.Typer(
    help="Working time: list it, add to it, change it.", no_args_is_help=True
)
holiday_app = typer.Typer(help="Days on which nobody works.", no_args_is_help=True)
app.add_typer(calendar_app, name="calendar")
app.add_typer(holiday_app, name="holiday")

CALENDAR_COLUMNS = [
    "calendar",
    "time_zone",
    "hours",
    "variant_of",
    "department",
    "location",
    "revision",
    "generated_until",
]
HOLIDAY_COLUMNS = ["holiday_id", "day", "name", "type", "departments", "locations"]
AHEAD = timedelta(days=365)

Name = Annotated[str, typer.Argument(help="The calendar's name; see `tat calendar list`.")]
Hours = Annotated[
    list[str] | None,
    typer.Option(help="Such as 'mon-fri 09:00-13:00,14:00-18:00'; once for each set of days."),
]
Zone = Annotated[str | None, typer.Option(help="IANA time zone, such as Europe/Amsterdam.")]
Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="Such as 2026-12-24.")]
AlwaysOpen = Annotated[bool | None, typer.Option("--always-open", help="Around the clock.")]
Department = Annotated[str | None, typer.Option(help="Department of the approvers it serves.")]
Location = Annotated[str | None, typer.Option(help="Location of the approvers it serves.")]
Only = Annotated[list[str] | None, typer.Option(help="Only there; repeat it for more.")]


@calendar_app.command("list")
def list_calendars(output_format: FormatOption = OutputFormat.TABLE) -> None:
    """Show every calendar.

    Changes nothing.
    """
    with open_as("tat_owner") as connection:
        rows = fetch(connection, load("list_calendars"))
    for row in rows:
        row["hours"] = describe_hours(row["hours"])
    print_rows(rows, CALENDAR_COLUMNS, output_format)


def describe_hours(text: str | None) -> str:
    """Fold the days of a week that have the same hours."""
    if text is None:
        return "never open"
    if text == "always open":
        return text
    days = [day.split(" ", 1) for day in text.split("; ")]
    return format_week([(int(day), windows) for day, windows in days])


@calendar_app.command("show")
def show_calendar(name: Name) -> None:
    """Show a calendar's hours, its days off and the levels that run on it.

    Changes nothing.
    """
    today = date.today()  # noqa: DTZ011
    with open_as("tat_owner") as connection:
        calendar = find_calendar(connection, name)
        key = {"calendar_id": calendar["calendar_id"]}
        holidays = fetch(
            connection,
            load("list_calendar_holidays"),
            {**key, "from_day": today, "to_day": today + AHEAD},
        )
        days = fetch(connection, load("list_calendar_days"), {**key, "from_day": today})
        levels = fetch(connection, load("count_running_levels"), key)[0]["levels"]
    calendar["hours"] = describe_hours(calendar["hours"])
    pairs = [{"what": column, "value": calendar[column]} for column in CALENDAR_COLUMNS]
    print_rows([*pairs, {"what": "open levels", "value": levels}], ["what", "value"])
    print_rows(days, ["day", "hours"], title="Days with hours of their own")
    print_rows(holidays, ["day", "name"], title="Holidays within a year")


@calendar_app.command("add")
def add(
    name: Name,
    zone: Zone = None,
    hours: Hours = None,
    always_open: AlwaysOpen = None,
    variant_of: Annotated[
        str | None, typer.Option(help="The calendar that it replaces for some approvers.")
    ] = None,
    department: Department = None,
    location: Location = None,
    dry_run: DryRunOption = False,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Add a calendar, or a variant of one for approvers of a location or department.

    Changes the calendars, and the clocks and alerts of the levels that they concern.
    """
    rules = CalendarRules(
        zone, parse_week(hours) if hours else None, always_open, variant_of, department, location
    )
    edit_rules(
        lambda connection: add_calendar(connection, name, rules),
        choices_changed=variant_of is not None,
        dry_run=dry_run,
        output_format=output_format,
    )


@calendar_app.command("set")
def change(
    name: Name,
    zone: Zone = None,
    hours: Hours = None,
    always_open: AlwaysOpen = None,
    department: Department = None,
    location: Location = None,
    dry_run: DryRunOption = False,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Change a calendar; --hours replaces the whole week.

    Changes the clocks and alerts of its levels too.
    """
    rules = CalendarRules(
        zone, parse_week(hours) if hours else None, always_open, None, department, location
    )
    edit_rules(
        lambda connection: change_calendar(connection, name, rules),
        choices_changed=department is not None or location is not None,
        dry_run=dry_run,
        output_format=output_format,
    )


@calendar_app.command("set-day")
def change_day(
    name: Name,
    day: Day,
    hours: Annotated[
        str | None, typer.Option(help="Such as 09:00-13:00; left out, the day is as any other.")
    ] = None,
    dry_run: DryRunOption = False,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Give one day hours of its own, such as a half day; it then counts even on a holiday.

    Changes the clocks and alerts of its levels too.
    """
    windows = parse_windows(hours) if hours else []
    edit_rules(
        lambda connection: set_day(connection, name, day.date(), windows),
        choices_changed=False,
        dry_run=dry_run,
        output_format=output_format,
    )


@calendar_app.command("remove")
def remove(name: Name) -> None:
    """Remove a calendar that nothing uses.

    Changes no clock.
    """
    with open_as("tat_owner") as connection, connection.transaction():
        remove_calendar(connection, name)
    out.print(f"The calendar {name!r} is removed.")


@holiday_app.command("list")
def list_holidays(
    year: Annotated[int | None, typer.Option(help="Only this year's, with recurring ones.")] = None,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Show the holidays in force.

    Changes nothing.
    """
    with open_as("tat_owner") as connection:
        print_rows(
            fetch(connection, load("list_holidays"), {"year": year}), HOLIDAY_COLUMNS, output_format
        )


@holiday_app.command("add")
def declare(
    day: Day,
    name: Annotated[str, typer.Argument(help="What people call it.")],
    recurring: Annotated[
        bool, typer.Option("--recurring", help="Every year; 29 February in leap years.")
    ] = False,
    holiday_type: Annotated[
        str | None,
        typer.Option("--type", help="NATIONAL, REGIONAL, ORGANIZATIONAL or OPTIONAL."),
    ] = None,
    department: Only = None,
    location: Only = None,
    dry_run: DryRunOption = False,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Declare a holiday, for all or for calendars of some departments or locations.

    Changes the clocks and alerts of the levels that it concerns too.
    """

    def declaration(connection: psycopg.Connection) -> None:
        add_holiday(
            connection,
            day.date(),
            name,
            holiday_type=holiday_type,
            is_recurring=recurring,
            departments=department or (),
            locations=location or (),
        )

    edit_rules(
        declaration,
        choices_changed=False,
        dry_run=dry_run,
        output_format=output_format,
    )


@holiday_app.command("remove")
def cancel(
    holiday_id: Annotated[UUID, typer.Argument(help="See `tat holiday list`.")],
    dry_run: DryRunOption = False,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Switch a holiday off.

    Changes the clocks and alerts of the levels that it concerns too.
    """
    edit_rules(
        lambda connection: remove_holiday(connection, holiday_id),
        choices_changed=False,
        dry_run=dry_run,
        output_format=output_format,
    )
