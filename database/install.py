"""The repeatable SQL: functions, views, triggers and grants, each in a file of its own.

A file is run when its digest differs from the one in `tat.installed_sql`. Files run in the order in
which they need each other, which is read from the names they mention; grants run last, and again
whenever anything else was run.
"""

import re
from dataclasses import dataclass
from graphlib import TopologicalSorter
from hashlib import sha256
from pathlib import Path

import psycopg

from database.statements import load_statement

FOLDER = Path(__file__).parent / "sql"
DROPPED = "80_dropped"
GRANTS = "90_grants"
DEFINITION = re.compile(r"^create or replace (?:function|view) tat\.(\w+)", re.MULTILINE)
MENTION = re.compile(r"\btat\.(\w+)")


@dataclass(frozen=True)
class SqlFile:
    """One file: its path below `sql/`, its text, and what it defines."""

    path: str
    text: str

    @property
    def digest(self) -> str:
        """What tells one form of the file from another."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def is_grant(self) -> bool:
        """Whether the file says who may do what."""
        return self.path.startswith(GRANTS)

    @property
    def defines(self) -> str | None:
        """The name of the function or view; None for triggers and grants."""
        found = DEFINITION.search(self.text)
        return found[1] if found else None

    @property
    def mentions(self) -> set[str]:
        """Every name in the schema tat that the file reads or defines."""
        return set(MENTION.findall(self.text))


def read_files() -> list[SqlFile]:
    """All files, by path."""
    return [
        SqlFile(str(file.relative_to(FOLDER)), file.read_text(encoding="utf-8"))
        for file in sorted(FOLDER.glob("*/*.sql"))
    ]


def order_files(files: list[SqlFile]) -> list[SqlFile]:
    """Put each file behind those whose objects it mentions; what is dropped and granted comes last.

    Raises graphlib.CycleError when two need each other.
    """
    last = [file for file in files if file.path.startswith((DROPPED, GRANTS))]
    objects = [file for file in files if file not in last]
    defined = {file.defines: file for file in objects if file.defines}
    needs = {
        file: [defined[name] for name in sorted(file.mentions - {file.defines}) if name in defined]
        for file in objects
    }
    return [*TopologicalSorter(needs).static_order(), *last]


def install_objects(connection: psycopg.Connection) -> list[str]:
    """Run what differs from what is installed, inside the caller's transaction.

    Returns the paths of the files that ran.
    """
    files = order_files(read_files())
    stale = find_stale(files, read_installed(connection))
    for file in stale:
        connection.execute(file.text.encode())
    remember_files(connection, files, stale)
    return [file.path for file in stale]


def read_installed(connection: psycopg.Connection) -> dict[str, str]:
    """The digest of each file that this database has, by path."""
    rows = connection.execute(load_statement("database.migrations", "list_installed")).fetchall()
    return dict(rows)


def find_stale(files: list[SqlFile], installed: dict[str, str]) -> list[SqlFile]:
    """The files that differ from what is installed, and all grants, which begin with a reset."""
    stale = [file for file in files if installed.get(file.path) != file.digest]
    grants = [file for file in files if file.is_grant]
    return [*(file for file in stale if not file.is_grant), *(grants if stale else [])]


def remember_files(
    connection: psycopg.Connection, files: list[SqlFile], ran: list[SqlFile]
) -> None:
    """Keep the digests of what ran, and forget files that are gone."""
    connection.execute(
        load_statement("database.migrations", "forget_installed"),
        {"paths": [file.path for file in files]},
    )
    connection.cursor().executemany(
        load_statement("database.migrations", "remember_installed"),
        [{"path": file.path, "digest": file.digest} for file in ran],
    )
