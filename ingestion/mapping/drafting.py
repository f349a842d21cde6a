"""Proposing a mapping: the tables and columns of a source by their names alone."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from psycopg import Connection

from database.statements import fetch, load_statement
from ingestion.contract import TABLES
from ingestion.mapping import vocabulary
from ingestion.mapping.errors import MappingError
from ingestion.mapping.reading import NEEDED_TABLES
from ingestion.tables import Column, Table

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
HEAD = """\
# A proposal by names alone: look at each line, fill in what is missing, take out what is not
# wanted, then run `tat source check` on it.
"""
# What stands for a value that nobody but a person can tell; a check refuses it.
UNKNOWN = "?"
# What all rows have where an app knows no such thing.
USUAL = {"priority": "STANDARD", "tat_hours": "24"}


@dataclass(frozen=True)
class FoundColumn:
    """A column of the source; `labels` are those of an enum."""

    name: str
    type_name: str
    labels: tuple[str, ...]


FoundTables = dict[str, list[FoundColumn]]


def draft_mapping(connection: Connection, schema: str) -> str:
    """Return the text of a mapping file for the tables of a schema of the source.

    Raises MappingError where there are none that may be read.
    """
    found = list_columns(connection, schema)
    if not found:
        raise MappingError(f"The source has no table in the schema {schema} that may be read.")
    return HEAD + "\n".join([*draft_head(schema, found), "tables:", *draft_tables(found), ""])


def list_columns(connection: Connection, schema: str) -> FoundTables:
    """Return the columns of each table of a schema."""
    found: FoundTables = {}
    statement = load_statement("ingestion.mapping", "list_source_columns")
    for row in fetch(connection, statement, {"schema": schema}):
        column = FoundColumn(row["column_name"], row["type_name"], tuple(row["labels"]))
        found.setdefault(row["table_name"], []).append(column)
    return found


def draft_head(schema: str, found: FoundTables) -> Iterator[str]:
    """Yield the lines that hold for all tables."""
    yield f"schema: {write(schema)}"
    if any(column.type_name == "timestamp" for columns in found.values() for column in columns):
        yield "time_zone: UTC  # of the source's times, which have no offset"


def draft_tables(found: FoundTables) -> Iterator[str]:
    """Yield the lines of all tables of the contract that the source seems to have."""
    chosen = choose_tables(found)
    for table in TABLES:
        if table.name in chosen:
            name = chosen[table.name]
            yield from [f"  {table.name}:", f"    from: {write(name)}", "    columns:"]
            yield from draft_columns(table, found[name])
        elif table.name in NEEDED_TABLES:
            yield f"  # {table.name}: no table has such a name; it is needed"


def choose_tables(found: FoundTables) -> dict[str, str]:
    """Return the table of the source for each of the contract, the likeliest pairs first."""
    pairs = sorted(
        (
            (-score_table(words.split(), name), table, name)
            for table, words in vocabulary.TABLES.items()
            for name in found
        ),
    )
    chosen: dict[str, str] = {}
    for score, table, name in pairs:
        if score < 0 and table not in chosen and name not in chosen.values():
            chosen[table] = name
    return chosen


def score_table(words: list[str], name: str) -> int:
    """Say how much a table's name speaks for it: its last word most."""
    *before, last = [singular(word) for word in split(name)] or [""]
    return 2 * (last in words) + sum(word in words for word in before)


def draft_columns(table: Table, columns: list[FoundColumn]) -> Iterator[str]:
    """Yield a line for each column of the contract that the source seems to have, or must."""
    for column in table.accepted_columns:
        found = find_column(table, column, columns)
        if found is not None:
            yield f"      {column.name}: {draft_value(column, found)}"
        elif column.name in USUAL:
            constant = USUAL[column.name]
            yield f"      {column.name}: {{ constant: {constant} }}  # no column has such a name"
        elif column.is_required:
            yield f"      # {column.name}: no column has such a name; it is needed"


def find_column(table: Table, column: Column, columns: list[FoundColumn]) -> FoundColumn | None:
    """Return the column whose name says the same, or None."""
    names = [column.name.replace("_", " "), *vocabulary.COLUMNS.get(column.name, ())]
    if column.name == table.key:
        # Its own key, not a reference to another row.
        names = [names[0], f"{table.noun} id", "id"]
    by_words = {" ".join(split(found.name)): found for found in columns}
    return next((by_words[name] for name in names if name in by_words), None)


def draft_value(column: Column, found: FoundColumn) -> str:
    """Write where a column comes from, with what each label of an enum becomes."""
    if not column.values or not found.labels or set(found.labels) <= set(column.values):
        return write(found.name)
    pairs = [f"{write(label)}: {guess_value(column, label)}" for label in found.labels]
    return f"{{ column: {write(found.name)}, values: {{ {', '.join(pairs)} }} }}"


def guess_value(column: Column, label: str) -> str:
    """Return the value of the contract that a label means, or a mark where none does."""
    words = " ".join(split(label))
    for value in column.values:
        if words in (value.lower().replace("_", " "), *vocabulary.VALUES.get(value, ())):
            return value
    return f'"{UNKNOWN}"'


def split(name: str) -> list[str]:
    """Return the words of a name such as requestNumber, request_number or REQUEST_NUMBER_."""
    return [word.lower() for word in WORD.findall(name)]


def singular(word: str) -> str:
    """Return the singular of most English nouns."""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def write(text: str) -> str:
    """Write a text of YAML, in quotes where it is no plain word."""
    return text if PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
