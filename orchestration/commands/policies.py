"""`tat policy`: which clock and thresholds a priority has, and what others would have done."""

from decimal import Decimal
from typing import Annotated

import psycopg
import typer

from database.statements import fetch
from orchestration.commands.console import OutputFormat, out, print_rows
from orchestration.commands.rules import edit_rules
from orchestration.commands.shared import DryRunOption, FormatOption, open_as
from orchestration.delivery import load as load_delivery
from orchestration.delivery.editing import Telling, change_telling, check_channels
from orchestration.engine.calendars import load
from orchestration.engine.calendars.editing import RuleError, set_policy
from orchestration.engine.calendars.what_if import WhatIf, compare_what_if
from orchestration.engine.tick import read_database_time

app = typer.Typer()
policy_app = typer.Typer(help="The clock and thresholds of each priority.", no_args_is_help=True)
app.add_typer(policy_app, name="policy")

POLICY_COLUMNS = [
    "priority",
    "department",
    "calendar",
    "seconds_per_tat_hour",
    "thresholds",
    "channels",
]
TOLD = ["priority", "department", "threshold", "recipients", "channels", "at_once"]
TOLD += ["repeat_every", "repeat_at_most"]
COMPARED = ["department", "levels_decided", "in_time_before", "in_time_after"]
COMPARED += ["compliance_before", "compliance_after", "levels_open"]
COMPARED += ["open_late_before", "open_late_after"]
COMPARED += [
    f"tat_{threshold}_{when}" for threshold in (50, 75, 100) for when in ("before", "after")
]

Priority = Annotated[str, typer.Argument(help="STANDARD or EXPRESS.")]
Thresholds = Annotated[
    str | None, typer.Option(help="The two reminders before 100 %, such as 50,75.")
]
CalendarName = Annotated[str | None, typer.Option("--calendar", help="See `tat calendar list`.")]


@policy_app.command("list")
def list_policies(output_format: FormatOption = OutputFormat.TABLE) -> None:
    """Show every policy; one without a department is for all that have none of their own.

    Changes nothing.
    """
    with open_as("tat_owner") as connection:
        print_rows(fetch(connection, load("list_policies")), POLICY_COLUMNS, output_format)


@policy_app.command("set")
def change(
    priority: Priority,
    department: Annotated[
        str | None, typer.Option(help="Only for requests of this department.")
    ] = None,
    thresholds: Thresholds = None,
    calendar: CalendarName = None,
    channels: Annotated[str | None, typer.Option(help="Such as in_app,email.")] = None,
    dry_run: DryRunOption = False,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Change a priority's clock, thresholds or channels, for all or for one department.

    Changes the clocks and alerts of its levels too, but takes back no alert.
    """

    def edit(connection: psycopg.Connection) -> None:
        check_channels(connection, split(channels) or ())
        set_policy(
            connection,
            priority,
            department=department,
            thresholds=parse_thresholds(thresholds),
            calendar=calendar,
            channels=split(channels) or None,
        )

    edit_rules(edit, choices_changed=True, dry_run=dry_run, output_format=output_format)


@policy_app.command("tell")
def change_tellings(
    priority: Priority,
    threshold: Annotated[int, typer.Argument(help="50, 75 or 100.")],
    department: Annotated[str | None, typer.Option(help="Only of this department.")] = None,
    recipients: Annotated[str | None, typer.Option(help="approver, or approver,manager.")] = None,
    channels: Annotated[
        str | None, typer.Option(help="Channels of this threshold; '' for the policy's.")
    ] = None,
    at_once: Annotated[
        bool | None, typer.Option(help="Neither quiet hours nor a digest holds it back.")
    ] = None,
    repeat_every: Annotated[
        float | None, typer.Option(help="After a breach again every so many TAT hours; 0: not.")
    ] = None,
    repeat_at_most: Annotated[int | None, typer.Option(help="So many times at most.")] = None,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Change whom a threshold tells, by which channels, and whether again after a breach.

    Changes who is told from now on; no clock and no alert.
    """
    telling = Telling(split(recipients), split(channels), at_once, repeat_every, repeat_at_most)
    with open_as("tat_owner") as connection:
        change_telling(connection, priority, threshold, telling, department)
        rows = fetch(connection, load_delivery("list_telling"))
    print_rows(rows, TOLD, output_format)


def split(text: str | None) -> list[str] | None:
    """The names of a list such as `email,teams`."""
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


@policy_app.command("what-if")
def ask_what_if(
    priority: Priority,
    department: Annotated[
        str | None, typer.Option(help="Only requests of this department.")
    ] = None,
    tat_hours: Annotated[
        float | None, typer.Option(min=0, help="As if every level had this TAT.")
    ] = None,
    thresholds: Thresholds = None,
    calendar: CalendarName = None,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Compare compliance and alerts over the history with what other rules would have made of it.

    Nothing is changed. The TAT of a level comes with it from the source, so --tat-hours is a
    question only.
    """
    asked = WhatIf(
        priority,
        department,
        None if tat_hours is None else Decimal(str(tat_hours)),
        parse_thresholds(thresholds),
        calendar,
    )
    with open_as("tat_owner") as connection:
        compared = compare_what_if(connection, asked, read_database_time(connection))
    print_rows([row.to_row() for row in compared], COMPARED, output_format)
    if output_format is OutputFormat.TABLE:
        total = compared[-1]
        out.print(
            f"Compliance of {total.levels_decided:,} decided levels: "
            f"{total.compliance_before} % as it is, {total.compliance_after} % as asked."
        )


def parse_thresholds(text: str | None) -> tuple[float, float] | None:
    """Read `50,75`; raises RuleError."""
    if text is None:
        return None
    try:
        lower, upper = (float(part) for part in text.split(","))
    except ValueError:
        raise RuleError(f"{text!r} is not two percentages such as 50,75.") from None
    return lower, upper
