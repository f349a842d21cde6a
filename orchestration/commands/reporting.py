"""`tat report`: the analytical reports as files."""

from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from database.connect import open_database
from database.settings import load_settings
from orchestration.commands.console import OutputFormat, out, print_rows
from orchestration.commands.shared import DAY
from orchestration.reports.catalog import REPORTS, find_report
from orchestration.reports.declaring import Report
from orchestration.reports.reading import Answer, Question, read_report
from orchestration.reports.writing import FileFormat, name_file, save_file, write_report

app = typer.Typer()

LIST = "list"


@app.command()
def report(
    name: Annotated[str, typer.Argument(help="A report, or list for all of them.")] = LIST,
    since: Annotated[
        datetime | None, typer.Option("--from", formats=DAY, help="The first local day.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", formats=DAY, help="The last local day.")
    ] = None,
    department: Annotated[str | None, typer.Option(help="Only this department.")] = None,
    request: Annotated[str | None, typer.Option(help="Only the request of this number.")] = None,
    file_format: Annotated[
        FileFormat, typer.Option("--format", help="A page to read, or a file to work with.")
    ] = FileFormat.HTML,
    to_file: Annotated[
        Path | None, typer.Option("--out", help="The file; by default NAME in this folder.")
    ] = None,
    zone: Annotated[
        str | None, typer.Option(help="The reader's time zone; by default the database's.")
    ] = None,
    mail: Annotated[
        str | None, typer.Option(help="Send it to this address, by the channel email.")
    ] = None,
) -> None:
    """Write an analytical report as a page, CSV or a workbook.

    Such as: tat report tat-breaches --from 2026-03-01 --department Sales.
    Weeks and months that the days touch are shown whole.

    Writes a file, and sends it with --mail; changes nothing in the database.
    """
    if name == LIST:
        list_reports()
        return
    question = Question(
        find_report(name),
        since.date() if since else None,
        until.date() if until else None,
        department,
        request,
    )
    settings = load_settings()
    database = open_database(settings, create=False)
    answer = read_report(database, question, zone=find_zone(zone))
    content = write_report(answer, file_format)
    if mail is None or to_file is not None:
        path = to_file or Path(name_file(answer, file_format))
        save_file(path, content)
        out.print(str(path.resolve()), markup=False, soft_wrap=True)
    if mail is not None:
        from orchestration.reports.mailing import mail_reports

        mail_reports(database, settings, mail, [(answer, file_format, content)])
        out.print(f"Sent to {mail}.", markup=False)
    describe_rows(answer)


def describe_rows(answer: Answer) -> None:
    """Say how many rows there are, or why none."""
    count = len(answer.rows)
    text = answer.why_empty or f"{count:,} {'row' if count == 1 else 'rows'}"
    out.print(text, markup=False)


def list_reports() -> None:
    """Show every report and what it can be asked for."""
    rows = [{"report": found.name, "filters": list_filters(found)} for found in REPORTS]
    print_rows(rows, ["report", "filters"], OutputFormat.TABLE)


def list_filters(report: Report) -> str:
    """The options that a report takes."""
    taken = {
        "--from --to": report.period is not None,
        "--department": report.department is not None,
        "--request": report.request is not None,
    }
    return " ".join(option for option, is_taken in taken.items() if is_taken)


def find_zone(name: str | None) -> ZoneInfo | None:
    """The zone of that name. Raises ValueError for one that is none."""
    try:
        return ZoneInfo(name) if name else None
    except (OSError, ValueError, KeyError):
        raise ValueError(f"{name} is no time zone: take a name such as Europe/Amsterdam.") from None
