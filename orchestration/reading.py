"""Read-only questions to the database: the product's own and anybody's SQL."""

import sys
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from database.connect import Database, connect
from database.statements import Rows, fetch, load_statement


def fetch_rows(
    database: Database,
    statement: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    role: str = "tat_engine",
) -> Rows:
    """The rows of `orchestration/sql/<statement>.sql`, read as `role`."""
    with connect(database, role, autocommit=True) as connection:
        return fetch(connection, load_statement("orchestration", statement), parameters)


def read_sql(text: str | None, file: Path | None) -> str:
    """The SQL to run: an argument, a file, or standard input for `-`.

    Raises ValueError when there is none or more than one.
    """
    if (text is None) == (file is None):
        raise ValueError('Give the SQL as an argument, or a file with -f: tat query "select 1".')
    if file is not None:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    assert text is not None
    return text


def query_as_bi(database: Database, sql: str) -> list[tuple[list[str], Rows]]:
    """Run one or more statements as the BI role, read-only; return columns and rows of each.

    The role may only read, and the text runs in one read-only transaction. Columns of one name
    are numbered, see `number_names`. Raises psycopg.Error as PostgreSQL words it.
    """
    results: list[tuple[list[str], Rows]] = []
    with connect(database, "tat_bi", application_name="tat query") as connection:
        connection.read_only = True
        cursor = connection.execute(sql.encode())
        while True:
            if cursor.description is not None:
                columns = number_names([column.name for column in cursor.description])
                results.append((columns, [dict(zip(columns, row, strict=True)) for row in cursor]))
            if not cursor.nextset():
                return results


def number_names(names: Sequence[str]) -> list[str]:
    """The names made different, in their order: `count`, `count` become `count`, `count_2`.

    The first column of a name keeps it. Each later one gets the lowest number from 2 up that
    makes a name no other column has.
    """
    taken, numbered = set(names), dict[str, None]()
    for name in names:
        if name in numbered:
            name = next(f"{name}_{n}" for n in count(2) if f"{name}_{n}" not in taken)
            taken.add(name)
        numbered[name] = None
    return list(numbered)
