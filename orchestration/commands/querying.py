"""`tat query`: SQL as the read-only BI role."""

from pathlib import Path
from typing import Annotated

import typer
from psycopg import errors
from rich.markup import escape

from database.connect import Database, open_database
from database.settings import load_settings
from database.statements import Rows
from orchestration.commands.console import OutputFormat, out, page, print_rows
from orchestration.commands.shared import FormatOption, require_views
from orchestration.reading import query_as_bi, read_sql

app = typer.Typer()


@app.command()
def query(
    sql: Annotated[str | None, typer.Argument(help="The SQL to run.")] = None,
    file: Annotated[
        Path | None, typer.Option("-f", "--file", help="A file with the SQL; - is standard input.")
    ] = None,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Run SQL as the read-only BI role.

    Columns of one name are numbered: count, count_2. Rows too wide for the terminal are printed
    as one column and value a line.

    Changes nothing: the transaction is read-only.
    """
    text = read_sql(sql, file)
    database = open_database(load_settings(), create=False)
    try:
        results = query_as_bi(database, text)
    except errors.UndefinedTable:
        require_views(database)
        raise
    with page():
        for columns, rows in results:
            print_rows(rows, columns, output_format)
            if output_format is OutputFormat.TABLE:
                out.print(describe_count(rows, database))


def describe_count(rows: Rows, database: Database) -> str:
    """How many rows there are; of none, in which database."""
    counted = f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'}"
    return f"({counted})" if rows else f"({counted} in the database {escape(database.name)})"
