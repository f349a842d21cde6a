"""A report in a format of one's choice, as bytes or as a file."""

from enum import StrEnum
from pathlib import Path

from orchestration.reports.reading import Answer


class FileFormat(StrEnum):
    """How a report is written."""

    HTML = "html"
    CSV = "csv"
    XLSX = "xlsx"


def write_report(answer: Answer, file_format: FileFormat) -> bytes:
    """The report in that format; CSV is what `tat query --format csv` prints of it."""
    match file_format:
        case FileFormat.HTML:
            # Importing what draws takes half a second.
            from orchestration.reports.page import write_page

            return write_page(answer).encode()
        case FileFormat.CSV:
            from orchestration.commands.console import format_csv

            names = [column.name for column in answer.columns]
            return format_csv(answer.rows, names).encode()
        case FileFormat.XLSX:
            from orchestration.reports.workbook import write_workbook

            return write_workbook(answer)


def name_file(answer: Answer, file_format: FileFormat) -> str:
    """The file's name where none is given."""
    return f"{answer.report.name}.{file_format}"


def save_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
