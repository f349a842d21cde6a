"""The analytical reports as files: written every morning, mailed where an address is set."""

from collections.abc import Iterator
from datetime import date

import dagster as dg
from pydantic import Field

from database.settings import Settings, load_settings
from orchestration.defs.local_days import LOCAL_ZONE
from orchestration.defs.resources import DatabaseResource
from orchestration.defs.telling import described
from orchestration.reading import fetch_rows
from orchestration.reports.catalog import REPORTS
from orchestration.reports.daily import (
    ask_for_days,
    find_file,
    find_reports_folder,
    forget_old_days,
    save_answer,
)
from orchestration.reports.declaring import Report
from orchestration.reports.reading import Answer, read_report
from orchestration.reports.writing import FileFormat

PREVIEWED_ROWS = 10


class ReportsConfig(dg.Config):
    """Which rows the reports show, how they are written and to whom they go."""

    days: int = Field(
        default=92, ge=1, description="How many local days, today included, by months and weeks."
    )
    department: str | None = Field(default=None, description="Only this department, where known.")
    formats: list[str] = Field(
        default=[file_format.value for file_format in FileFormat],
        description="html, csv and xlsx, or some of them.",
    )
    mail_to: list[str] | None = Field(
        default=None,
        description="Addresses that get the pages by the channel email; null: TAT_REPORTS_TO.",
    )


def key_report(report: Report) -> dg.AssetKey:
    """The asset of a report's files."""
    return dg.AssetKey(["report_files", report.name.replace("-", "_")])


def specify_report(report: Report) -> dg.AssetSpec:
    """A report's files, made from its dbt model."""
    return dg.AssetSpec(
        key_report(report),
        deps=[dg.AssetKey(["reports", report.model])],
        description=f"{report.title} as a page, CSV and a workbook, in reports/<day>/.",
        group_name="report_files",
        owners=["team:data_team"],
        kinds={"html"},
    )


@dg.multi_asset(specs=[specify_report(report) for report in REPORTS], can_subset=True)
def report_files(
    context: dg.AssetExecutionContext, config: ReportsConfig, database: DatabaseResource
) -> Iterator[dg.MaterializeResult]:
    """The analytical reports of the day, kept for a month; one mail has all of their pages."""
    settings = load_settings()
    today = fetch_rows(database.open(), "read_local_day")[0]["local_day"]
    pages = []
    for report in REPORTS:
        if key_report(report) in context.selected_asset_keys:
            answer, page = write_day(report, today, config, database, settings)
            pages.append((answer, FileFormat.HTML, page))
            yield describe_files(answer, config, settings)
    forget_old_days(find_reports_folder(settings), today)
    for address in choose_addresses(config, settings):
        # What draws and mails takes half a second to import, which loading definitions needs not.
        from orchestration.reports.mailing import mail_reports

        mail_reports(database.open(), settings, address, pages)
        context.log.info(f"Sent {len(pages)} reports to {address}.")


def write_day(
    report: Report,
    today: date,
    config: ReportsConfig,
    database: DatabaseResource,
    settings: Settings,
) -> tuple[Answer, bytes]:
    """Read a report and write its files; return it with its page."""
    question = ask_for_days(report, today, config.days, config.department)
    answer = read_report(database.open(), question)
    formats = dict.fromkeys([FileFormat.HTML, *map(FileFormat, config.formats)])
    written = save_answer(answer, find_reports_folder(settings), list(formats))
    return answer, written[FileFormat.HTML]


def choose_addresses(config: ReportsConfig, settings: Settings) -> list[str]:
    """To whom the reports go: as the run says, else as the settings do."""
    return settings.report_addresses if config.mail_to is None else config.mail_to


def describe_files(
    answer: Answer, config: ReportsConfig, settings: Settings
) -> dg.MaterializeResult:
    """Where the files are, how many rows they have and the first of them."""
    path = find_file(answer, find_reports_folder(settings), FileFormat.HTML)
    metadata: dict[str, dg.MetadataValue | int] = {
        "path": dg.MetadataValue.path(str(path)),
        "dagster/row_count": len(answer.rows),
        "preview": dg.MetadataValue.md(preview_rows(answer)),
    }
    return dg.MaterializeResult(asset_key=key_report(answer.report), metadata=metadata)


def preview_rows(answer: Answer) -> str:
    """The first rows as a Markdown table, or why there are none."""
    from orchestration.reports.page import list_page_rows

    if answer.why_empty:
        return answer.why_empty
    head, *rows = list_page_rows(answer, PREVIEWED_ROWS)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(escape_markdown, line))} |" for line in lines)


def escape_markdown(text: str) -> str:
    """Text that stays in its cell and is neither markup nor a link."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{sign}" if sign in "\\|`*_[]" else sign for sign in plain)


reports_job = dg.define_asset_job(
    "reports_job",
    selection=dg.AssetSelection.assets(report_files),
    executor_def=dg.in_process_executor,
    description="Write the analytical reports of the day, and mail them where asked.",
)


@described(
    dg.schedule,
    job=reports_job,
    cron_schedule="0 6 * * *",
    execution_timezone=LOCAL_ZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def morning_reports_schedule() -> dg.RunRequest:
    """Every morning at six, local time: write the reports and mail them where an address is set."""
    return dg.RunRequest()
