"""SQL in files, one statement a file, loaded by package and name; and the rows of a statement."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.abc import Params
from psycopg.rows import dict_row

Query = LiteralString | bytes | sql.SQL | sql.Composed
Row = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]


@cache
def load_statement(package: str, name: str) -> LiteralString:
    """Return the text of `sql/<name>.sql` inside `package`, such as ("ingestion", "list_holders").

    Raises FileNotFoundError when the package has no such statement.
    """
    return files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def fetch(
    connection: psycopg.Connection, query: Query, parameters: Params | None = None
) -> list[Row]:
    """Return the rows of a query by column name."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, parameters).fetchall()
