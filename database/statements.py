"""SQL in files: one statement per file, loaded by package and name."""

from functools import cache
from importlib.resources import files
from typing import LiteralString


@cache
def load_statement(package: str, name: str) -> LiteralString:
    """Return the text of `sql/<name>.sql` inside `package`, such as ("ingestion", "list_holders").

    Raises FileNotFoundError when the package has no such statement.
    """
    return files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
