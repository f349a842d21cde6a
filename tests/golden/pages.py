"""The pages of docs/kpis as data: sections, the query, the tables printed beside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.golden.rows import TextRow

DOCS = Path(__file__).parents[2] / "docs" / "kpis"
SECTIONS = ("Means", "Counts", "Leaves out", "Ask", "Worked example")
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
QUERY = re.compile(r"```sql\n(.+?)```", re.DOTALL)
# A table and the line that says whose rows it has: "From `users`:" or "The answer:".
TABLE = re.compile(r"^(?:From `(\w+)`|The answer):\n\n((?:\|.*\|\n)+)", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """One page: its title, the text of each section under its heading, in their order."""

    path: Path
    title: str
    sections: dict[str, str]

    @property
    def queries(self) -> list[str]:
        """The SQL of the page."""
        return QUERY.findall(self.sections["Ask"])

    @property
    def inputs(self) -> list[tuple[str, list[TextRow]]]:
        """The source rows shown, by the table they are from."""
        tables = TABLE.findall(self.sections["Worked example"])
        return [(name, parse_table(text)) for name, text in tables if name]

    @property
    def answers(self) -> list[list[TextRow]]:
        """The rows shown as the answer; a page has one answer."""
        tables = TABLE.findall(self.sections["Worked example"])
        return [parse_table(text) for name, text in tables if not name]


def read_page(path: Path) -> Page:
    """Read one page; a heading ends the section before it."""
    text = path.read_text()
    headings = [*HEADING.finditer(text), None]
    sections = {
        heading[2]: text[heading.end() : following.start() if following else None]
        for heading, following in pairwise(headings)
        if heading
    }
    title = next(iter(sections))
    del sections[title]
    return Page(path, title, sections)


# The index, and the page on how to ask the KPIs as metrics.
OTHER_PAGES = {"README.md", "metrics.md"}


def list_pages() -> list[Path]:
    """The pages of KPIs and of reports."""
    return sorted(path for path in DOCS.rglob("*.md") if path.name not in OTHER_PAGES)


def parse_table(text: str) -> list[TextRow]:
    """The rows of a table in Markdown."""
    header, _, *rows = split_lines(text)
    return [dict(zip(header, row, strict=True)) for row in rows]


def split_lines(text: str) -> Iterator[list[str]]:
    """The cells of each line."""
    for line in text.splitlines():
        yield [cell.strip() for cell in line[1:-1].split("|")]
