"""Checking a mapping by the rows of the source: values, keys and references, nothing loaded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from psycopg import Connection, sql

from database.statements import Row, fetch, load_statement
from ingestion.mapping.model import Value
from ingestion.mapping.reading import read_mapping
from ingestion.mapping.source import MappedTable, map_tables
from ingestion.tables import Column

Severity = Literal["", "warning", "error"]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class CheckedColumn:
    """A column of the contract at the source: `rows` of the table fill it; `problem` may be "".

    The first of each table stands for the table itself: its column is "", its rows are all.
    Nothing may be loaded while there is an error; rows that a warning tells of are quarantined.
    """

    table: str
    column: str
    source: str
    rows: int | None
    severity: Severity = ""
    problem: str = ""


def check_mapping(
    connection: Connection, path: Path, progress: Progress = lambda table: None
) -> list[CheckedColumn]:
    """Check a mapping file against the source that `connection` leads to, reading all rows.

    Raises MappingError where the file itself is at fault.
    """
    mapped = map_tables(connection, read_mapping(path))
    relations = {table.table.name: table for table in mapped if not table.faults}
    checked: list[CheckedColumn] = []
    for table in mapped:
        progress(table.table.name)
        found = show_faults(table) if table.faults else check_rows(connection, table, relations)
        checked += found
    return checked


def show_faults(mapped: MappedTable) -> Iterator[CheckedColumn]:
    """Yield the columns of a table whose select can't be run, with what keeps it from that."""
    faults = dict(mapped.faults)
    for line in list_lines(mapped):
        fault = faults.get(line.column)
        yield replace(line, severity="error", problem=fault) if fault else line


def list_lines(mapped: MappedTable) -> Iterator[CheckedColumn]:
    """Yield a line for the table and one for each column, of which nothing is known yet."""
    name = mapped.table.name
    yield CheckedColumn(name, "", describe_origin(mapped), None)
    for column, value in mapped.list_values():
        yield CheckedColumn(name, column.name, value.describe(), None)


def describe_origin(mapped: MappedTable) -> str:
    """Say which tables the rows come from."""
    given = mapped.given
    names = [given.from_ or "a query", *(join.table for join in given.join)]
    return " + ".join(names) + (f" where {' '.join(given.where.split())}" if given.where else "")


def check_rows(
    connection: Connection, mapped: MappedTable, relations: dict[str, MappedTable]
) -> Iterator[CheckedColumn]:
    """Yield the columns of a table with the rows that fill them, and what is wrong with those."""
    counts = count_rows(connection, mapped)
    values = {column.name: (column, value) for column, value in mapped.list_values()}
    for line in list_lines(mapped):
        counted = replace(line, rows=counts[line.column])
        if not line.column:
            yield check_keys(connection, mapped, counted)
            continue
        column, value = values[line.column]
        fault = find_unmapped(connection, mapped, column, value)
        if fault:
            yield replace(counted, severity="error", problem=fault)
            continue
        warnings = [
            warning
            for warning in (
                warn_of_missing(column, counts),
                warn_of_unknown(connection, mapped, column, relations, counts[""]),
            )
            if warning
        ]
        severity: Severity = "warning" if warnings else ""
        yield replace(counted, severity=severity, problem="; ".join(warnings))


def run(connection: Connection, name: str, **parts: sql.Composable) -> list[Row]:
    """Run one of the checks' statements at the source."""
    query = sql.SQL(load_statement("ingestion.mapping", name)).format(**parts)
    with connection.transaction():
        return fetch(connection, query)


def as_relation(mapped: MappedTable) -> sql.SQL:
    """The table's select, as it stands after FROM."""
    return sql.SQL(mapped.relation)


def count_rows(connection: Connection, mapped: MappedTable) -> dict[str, int]:
    """Count the rows of a table (by "") and those that fill each column."""
    names = [column.name for column, _ in mapped.list_values()]
    counts = [sql.SQL("count(mapped.{0}) as {0}").format(sql.Identifier(name)) for name in names]
    (row,) = run(
        connection,
        "count_mapped",
        counts=sql.SQL(", ").join(counts),
        relation=as_relation(mapped),
    )
    return {"": row["rows"]} | {name: row[name] for name in names}


def check_keys(connection: Connection, mapped: MappedTable, line: CheckedColumn) -> CheckedColumn:
    """Say so where rows share a key: the source's own, or by what the conversion made of it."""
    key = mapped.table.key
    (shared,) = run(
        connection,
        "count_shared_keys",
        relation=as_relation(mapped),
        key=sql.Identifier(key),
    )
    if not shared["rows"]:
        return line
    problem = (
        f"{shared['rows']:,} of {line.rows:,} rows share their {key} with another: map it to what "
        "tells rows apart (key takes several columns), or mend the join that repeats them"
    )
    return replace(line, severity="error", problem=problem)


def find_unmapped(
    connection: Connection, mapped: MappedTable, column: Column, value: Value
) -> str | None:
    """Name the values of the source that a column may not have, or None."""
    allowed = column.values or tuple((value.values or {}).values())
    if not allowed or value.otherwise is not None or value.constant is not None:
        return None
    rows = run(
        connection,
        "list_unmapped_values",
        relation=as_relation(mapped),
        column=sql.Identifier(column.name),
        allowed=sql.Literal(list(allowed)),
    )
    if not rows:
        return None
    shown = ", ".join(f"'{row['value']}' ({row['rows']:,})" for row in rows)
    return (
        f"not mapped, with their rows: {shown}; say under values what each becomes, of "
        f"{', '.join(dict.fromkeys(allowed))}"
    )


def warn_of_missing(column: Column, counts: dict[str, int]) -> str | None:
    """Say how many rows lack a column that each must fill."""
    missing = counts[""] - counts[column.name]
    if not column.is_required or not missing:
        return None
    return f"{missing:,} of {counts['']:,} rows have none and would be quarantined"


def warn_of_unknown(
    connection: Connection,
    mapped: MappedTable,
    column: Column,
    relations: dict[str, MappedTable],
    rows: int,
) -> str | None:
    """Say how many rows refer to a row that the source does not give."""
    parent = relations.get(column.parent or "")
    if parent is None or not column.must_exist:
        return None
    (found,) = run(
        connection,
        "count_unknown_links",
        relation=as_relation(mapped),
        link=sql.Identifier(column.name),
        parent_relation=as_relation(parent),
        parent_key=sql.Identifier(parent.table.key),
    )
    if not found["rows"]:
        return None
    return (
        f"{found['rows']:,} of {rows:,} rows refer to {column.parent} that are not there, and would"
        " wait"
    )
