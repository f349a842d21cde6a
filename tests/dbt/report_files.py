"""Reports of the small world, and what stands in the files that are written of them."""

import csv
import io
import re
import zipfile
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

from orchestration.reports.catalog import find_report
from orchestration.reports.reading import Answer, Question, read_report
from orchestration.reports.writing import FileFormat, write_report
from tests.dbt.warehouse import THURSDAY_NOON, Warehouse

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FIRST_EXCEL_DAY = date(1899, 12, 30)


def ask(warehouse: Warehouse, name: str, as_of: str = THURSDAY_NOON, **filters: Any) -> Answer:
    """A report at a moment of the small world."""
    question = Question(find_report(name), **filters)
    return read_report(warehouse.database, question, as_of=datetime.fromisoformat(as_of))


def write_text(answer: Answer, file_format: FileFormat) -> str:
    """A page or a CSV file as text."""
    return write_report(answer, file_format).decode()


def read_csv(answer: Answer) -> list[dict[str, str]]:
    """The rows of a report's CSV file."""
    return list(csv.DictReader(io.StringIO(write_text(answer, FileFormat.CSV))))


def unpack_workbook(answer: Answer) -> zipfile.ZipFile:
    """The files inside a report's workbook."""
    return zipfile.ZipFile(io.BytesIO(write_report(answer, FileFormat.XLSX)))


def read_sheet(answer: Answer) -> list[list[Any]]:
    """The cells of the first sheet, its headings first: numbers as floats, no cell as None."""
    files = unpack_workbook(answer)
    strings = [
        "".join(text.text or "" for text in item.iter(f"{SHEET}t"))
        for item in ElementTree.fromstring(files.read("xl/sharedStrings.xml"))
    ]
    rows: list[list[Any]] = []
    for row in ElementTree.fromstring(files.read("xl/worksheets/sheet1.xml")).iter(f"{SHEET}row"):
        cells: list[Any] = [None] * len(answer.columns)
        for cell in row:
            value = cell.findtext(f"{SHEET}v")
            if value is not None:
                is_text = cell.get("t") == "s"
                cells[find_place(cell)] = strings[int(value)] if is_text else float(value)
        rows.append(cells)
    return rows


def find_place(cell: ElementTree.Element) -> int:
    """The column of a cell such as AB12, from 0."""
    place = 0
    for letter in re.sub(r"\d", "", cell.get("r", "")):
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def count_days(moment: date | datetime) -> float:
    """A local time as a spreadsheet counts it."""
    days = float(moment.toordinal() - FIRST_EXCEL_DAY.toordinal())
    if isinstance(moment, datetime):
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        days += (moment - midnight) / timedelta(days=1)
    return days


class Page(HTMLParser):
    """The cells, the figures, the names of charts and all tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: dict[str, list[str]] = {}
        self.rows: list[list[str]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag, and begin a row or a cell."""
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag == "td":
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """Go back to what a tag stands in."""
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Keep words under the tag that they stand in."""
        tag = self.open[-1] if self.open else ""
        self.words.setdefault(tag, []).append(data)
        if tag == "td":
            self.rows[-1][-1] += data

    @property
    def cells(self) -> list[list[str]]:
        """The rows of the table, without its head."""
        return [row for row in self.rows if row]

    @property
    def figures(self) -> dict[str, str]:
        """The numbers on top by what they are."""
        # Headings of columns, further down, may have the same words.
        found = zip(self.words.get("dt", ()), self.words.get("dd", ()), strict=False)
        return dict(reversed(list(found)))

    @property
    def charts(self) -> list[str]:
        """What is read out to those who can't see the charts."""
        return [attrs["aria-label"] or "" for _, attrs in self.tags if attrs.get("role") == "img"]


def open_page(answer: Answer) -> Page:
    """The page of a report, read."""
    return Page(write_text(answer, FileFormat.HTML))
