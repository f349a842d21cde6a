"""Reading a mapping file: what it says, held against the source contract alone."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ingestion.contract import TABLES, find_table
from ingestion.mapping.errors import MappingError
from ingestion.mapping.model import Mapping, TableMapping, Value, as_value
from ingestion.mapping.names import suggest
from ingestion.parsing import parse_column
from ingestion.tables import Column, DateSpan, Table
from ingestion.validation import find_reasons

NEEDED_TABLES = ("users", "workflow_requests", "approval_levels")
FileModel = TypeVar("FileModel", bound=BaseModel)


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file and hold it against the contract.

    Raises MappingError with a line per fault.
    """
    mapping = read_file(path, Mapping)
    faults = [f"{path.name}: {fault}" for fault in find_faults(mapping)]
    if faults:
        raise MappingError("\n".join(faults))
    return mapping


def read_file(path: Path, model: type[FileModel]) -> FileModel:
    """Read a YAML file into a model; raises MappingError with a line per fault."""
    try:
        # Plain Python, for YAML 1.2: there `no` and `on` are words, as in lists of values.
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        return model.model_validate({} if content is None else content)
    except OSError as error:
        raise MappingError(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise MappingError(f"{path.name} is not UTF-8 text.") from error
    except YAMLError as error:
        raise MappingError(f"{path.name}: {describe_yaml(error)}") from error
    except ValidationError as error:
        lines = [f"{path.name}: {describe_detail(detail)}" for detail in error.errors()]
        raise MappingError("\n".join(dict.fromkeys(lines))) from error


def describe_yaml(error: YAMLError) -> str:
    """Say where YAML breaks, in a line."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    where = f"line {mark.line + 1}: " if mark else ""
    return where + " ".join(str(problem).split())


def describe_detail(detail: ErrorDetails) -> str:
    """Say what is wrong with a part of a file, and in which part."""
    # Names of the classes and types that were tried are no parts of the file.
    tried = {"Value", "str", "int", "float", "bool", "[key]"}
    parts = [str(part) for part in detail["loc"] if part not in tried]
    faults = {
        "extra_forbidden": "is no word of a mapping; take it out or mend its spelling",
        "missing": "is missing",
    }
    text = faults.get(detail["type"], detail["msg"].removeprefix("Value error, "))
    where = ".".join(part for part in parts if part not in ("tables", "columns"))
    return f"{where}: {text}" if where else text


def find_faults(mapping: Mapping) -> Iterator[str]:
    """Yield what the contract does not allow."""
    known = [table.name for table in TABLES]
    for name in NEEDED_TABLES:
        if name not in mapping.tables:
            yield f"{name}: the table is not mapped, and nothing can be watched without it"
    for name, given in mapping.tables.items():
        if name not in known:
            yield f"{name}: the contract has no such table{suggest(name, known)}"
        else:
            table = find_table(name)
            yield from (f"{name}.{fault}" for fault in find_table_faults(mapping, table, given))


def find_table_faults(mapping: Mapping, table: Table, given: TableMapping) -> Iterator[str]:
    """Yield what the contract does not allow of one table, by column."""
    accepted = {column.name: column for column in table.accepted_columns}
    engine = {column.name for column in table.columns}.difference(accepted)
    for column in table.accepted_columns:
        if column.is_required and column.name not in given.columns:
            yield f"{column.name}: the column is required and not mapped"
    for name, value in given.columns.items():
        if name in engine:
            yield f"{name}: only the engine writes it; take it out"
        elif name not in accepted:
            yield f"{name}: the contract's table has no such column{suggest(name, accepted)}"
        else:
            faults = find_column_faults(mapping, table, accepted[name], as_value(value))
            yield from (f"{name}: {fault}" for fault in faults)


def find_column_faults(
    mapping: Mapping, table: Table, column: Column, value: Value | None
) -> Iterator[str]:
    """Yield what the contract does not allow of one column."""
    if value is None:
        return
    if column.parent and column.must_exist and column.parent not in mapping.tables:
        yield f"it refers to {column.parent}, which is not mapped: its rows would wait for ever"
    if value.key and column.type != "uuid":
        yield "key is for keys and references; use column, sql or constant"
    if value.values is not None and value.otherwise is None and column.type not in ("text", "uuid"):
        yield f"say under otherwise what every other value becomes, as {column.type}"
    for text in list_texts(value):
        fault = find_text_fault(table, column, text)
        if fault:
            yield fault


def list_texts(value: Value) -> list[str]:
    """The values of the contract that a file names itself."""
    named: list[Any] = [value.constant, value.otherwise, *(value.values or {}).values()]
    return [text for text in named if text is not None]


def find_text_fault(table: Table, column: Column, text: str) -> str | None:
    """Say why a column can't hold a text, by the rules of a load, or None where it can."""
    span = DateSpan(date.min, date.max, years_ahead=100)
    parsed = {column.name: parse_column(table, column, [text], span)}
    reasons = find_reasons(table, parsed).get(0, [])
    return reasons[0].text.removeprefix(f"{column.name} ") if reasons else None
