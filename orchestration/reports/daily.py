"""The reports of a day, in a folder of that day; folders of long ago go."""

import re
import shutil
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from database.settings import Settings
from orchestration.reports.declaring import Report
from orchestration.reports.reading import Answer, Question
from orchestration.reports.writing import FileFormat, name_file, save_file, write_report

KEPT_DAYS = 31
DAY_FOLDER = re.compile(r"\d{4}-\d\d-\d\d")


def find_reports_folder(settings: Settings) -> Path:
    """Where the reports of each day are."""
    return settings.home / "reports"


def ask_for_days(report: Report, today: date, days: int, department: str | None) -> Question:
    """A report of the last days, today included; filters that it has no column for are left out."""
    since = today - timedelta(days=days - 1)
    return Question(
        report,
        since=since if report.period and not report.shows_one_request else None,
        department=department if report.department else None,
    )


def save_answer(
    answer: Answer, folder: Path, formats: Sequence[FileFormat]
) -> dict[FileFormat, bytes]:
    """Write a report into the folder of its day, in each format; return what was written."""
    written = {file_format: write_report(answer, file_format) for file_format in formats}
    for file_format, content in written.items():
        save_file(find_file(answer, folder, file_format), content)
    return written


def find_file(answer: Answer, folder: Path, file_format: FileFormat) -> Path:
    """Where a report of a day is, by the calendar of its days."""
    day = answer.as_of.astimezone(answer.day_zone).date()
    return folder / day.isoformat() / name_file(answer, file_format)


def forget_old_days(folder: Path, today: date, kept_days: int = KEPT_DAYS) -> list[date]:
    """Remove the folders of days before the last ones; return those days."""
    forgotten = []
    for found in sorted(folder.iterdir()) if folder.is_dir() else ():
        if DAY_FOLDER.fullmatch(found.name) and found.is_dir():
            day = date.fromisoformat(found.name)
            if day <= today - timedelta(days=kept_days):
                shutil.rmtree(found)
                forgotten.append(day)
    return forgotten
