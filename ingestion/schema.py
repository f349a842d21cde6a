"""The JSON Schema of an event: the tables and columns of the contract, as JSON has them."""

from typing import Any

from ingestion.contract import TABLES
from ingestion.events import EVENT_ROWS
from ingestion.tables import Column, Table

Schema = dict[str, Any]

TYPES: dict[str, Schema] = {
    "uuid": {
        "type": ["string", "integer"],
        "description": "A UUID; the key of another system is mapped to one.",
    },
    "text": {"type": "string"},
    "timestamptz": {
        "type": "string",
        "format": "date-time",
        "description": "A time with its offset, such as 2026-01-31T09:30:00+05:30.",
    },
    "date": {"type": "string", "format": "date"},
    "numeric(10, 2)": {"type": "number", "exclusiveMaximum": 100_000_000},
    "integer": {"type": "integer", "maximum": 2**31 - 1},
    "bigint": {"type": "integer", "maximum": 2**63 - 1},
    "boolean": {"type": "boolean"},
    "jsonb": {},
    "text[]": {"type": "array", "items": {"type": "string"}},
}


def build_schema() -> Schema:
    """Build the schema of an event: an object with a list of rows for each of its tables."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rows of the approval app",
        "description": (
            f"Up to {EVENT_ROWS:,} rows, by table. Each row is whole: columns that it names "
            "replace what is loaded, those that it lacks stay as they are."
        ),
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {
            table.name: {"type": "array", "items": {"$ref": f"#/$defs/{table.name}"}}
            for table in TABLES
        },
        "$defs": {table.name: describe_table(table) for table in TABLES},
    }


def describe_table(table: Table) -> Schema:
    """Describe a row of a table. Unknown columns are kept out and reported."""
    return {
        "type": "object",
        "required": [column.name for column in table.columns if column.is_required],
        "properties": {
            column.name: describe_column(table, column) for column in table.accepted_columns
        },
    }


def describe_column(table: Table, column: Column) -> Schema:
    """Describe a column: its type, its values, and what it refers to."""
    described = dict(TYPES[column.type])
    if column.values:
        described["enum"] = list(column.values)
    if column.is_number:
        described["minimum"] = float(column.at_least)
    if column.is_required and column.type == "text":
        described["minLength"] = 1
    if column.name == table.key:
        described["description"] = f"The key. {described['description']}"
    elif column.parent:
        described["description"] = f"A key of {column.parent}. {described['description']}"
    return described if column.is_required else allow_null(described)


def allow_null(described: Schema) -> Schema:
    """Let a value be null: there is none."""
    allowed = dict(described)
    if "type" in allowed:
        types = allowed["type"]
        allowed["type"] = [*(types if isinstance(types, list) else [types]), "null"]
    if "enum" in allowed:
        allowed["enum"] = [*allowed["enum"], None]
    return allowed
