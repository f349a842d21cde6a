"""What a mapping file says that the contract does not allow is told by file, table and column."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from ingestion.event_logs.model import EventLogMapping
from ingestion.mapping.errors import MappingError
from ingestion.mapping.model import Mapping
from ingestion.mapping.reading import read_mapping
from tests.digests import CHECKOUT
from tests.ingestion.mapping.conftest import EXAMPLES

MAPPING = """
tables:
  users:
    from: people
    columns: {user_id: id, email: mail, display_name: name}
  workflow_requests:
    from: tickets
    columns:
      request_id: id
      request_number: number
      initiator_id: author
      title: subject
      priority: {constant: STANDARD}
      status: {column: state, values: {open: IN_PROGRESS, done: APPROVED}}
      created_at: created
      updated_at: changed
  approval_levels:
    from: steps
    columns:
      level_id: id
      request_id: ticket
      level_number: place
      approver_id: person
      status: {column: state, values: {open: IN_PROGRESS}, otherwise: APPROVED}
      tat_hours: {constant: 16}
      created_at: created
      updated_at: changed
"""


def write(folder: Path, text: str) -> Path:
    """A mapping file."""
    path = folder / "app.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mapping_is_read(tmp_path: Path) -> None:
    mapping = read_mapping(write(tmp_path, MAPPING))
    status = mapping.tables["workflow_requests"].find_value("status")
    assert status is not None
    assert status.values == {"open": "IN_PROGRESS", "done": "APPROVED"}
    tat = mapping.tables["approval_levels"].find_value("tat_hours")
    assert tat is not None
    assert tat.constant == "16"


def test_words_that_yaml_once_took_for_truths_stay_words(tmp_path: Path) -> None:
    text = MAPPING.replace("open: IN_PROGRESS, done", "no: IN_PROGRESS, on: CLOSED, true")
    status = read_mapping(write(tmp_path, text)).tables["workflow_requests"].find_value("status")
    assert status is not None
    assert status.values == {"no": "IN_PROGRESS", "on": "CLOSED", "true": "APPROVED"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("      tat_hours: {constant: 16}\n", "", "approval_levels.tat_hours: the column is req"),
        ("email: mail", "emial: mail", "users.emial: the contract's table has no such column; did"),
        ("  users:", "  user:", "user: the contract has no such table; did you mean users?"),
        ("  users:", "  user:", "users: the table is not mapped, and nothing can be watched"),
        (
            "done: APPROVED",
            "done: DONE",
            "workflow_requests.status: 'DONE' is not one of DRAFT, PENDING",
        ),
        (
            "{constant: STANDARD}",
            "{constant: HIGH}",
            "workflow_requests.priority: 'HIGH' is not one of",
        ),
        ("{constant: 16}", "{constant: 16 h}", "tat_hours: '16 h' is not a number"),
        ("{constant: 16}", "{constant: 0}", "approval_levels.tat_hours: "),
        (
            "{constant: 16}",
            "{column: kind, values: {a: 8}}",
            "approval_levels.tat_hours: say under otherwise what every other value becomes",
        ),
        ("{constant: 16}", "{column: a, sql: b}", "give exactly one of column, sql, constant"),
        ("{constant: 16}", "{key: [a, b]}", "approval_levels.tat_hours: key is for keys"),
        ("title: subject", "title: subject\n      title: name", 'line 13: found duplicate key "ti'),
        ("title: subject", "title: [subject]", "workflow_requests.title: "),
        ("from: steps", "form: steps", "approval_levels.form: is no word of a mapping"),
        ("from: steps", "where: x", "approval_levels: give either from"),
        ("\ntables:", "\ntime_zone: Amsterdam\ntables:", "time_zone: Amsterdam is no time zone"),
        (
            "otherwise: APPROVED",
            "otherwise: APPROVED}\n      tat_breached: {constant: true",
            "approval_levels.tat_breached: only the engine writes it",
        ),
        ("tables:", "tables: [", "line 4: "),
    ],
)
def test_a_fault_is_told_by_file_table_and_column(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in MAPPING
    with pytest.raises(MappingError) as raised:
        read_mapping(write(tmp_path, MAPPING.replace(old, new)))
    lines = str(raised.value).splitlines()
    assert any(line.startswith("app.yaml: ") and message in line for line in lines), lines


def test_a_reference_to_a_table_that_is_not_mapped_is_told(tmp_path: Path) -> None:
    attachments = """
  work_note_attachments:
    from: files
    columns: {attachment_id: id, note_id: note, uploaded_at: at}
"""
    with pytest.raises(MappingError, match=r"attachments\.note_id: it refers to work_notes"):
        read_mapping(write(tmp_path, MAPPING + attachments))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = MAPPING.replace("done: APPROVED", "done: DONE").replace("email: mail, ", "")
    with pytest.raises(MappingError) as raised:
        read_mapping(write(tmp_path, text))
    assert len(str(raised.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("model", "name"),
    [(Mapping, "mapping.schema.json"), (EventLogMapping, "event-log.schema.json")],
)
def test_the_json_schema_is_the_one_of_the_reader(model: Any, name: str) -> None:
    kept = json.loads((CHECKOUT / "docs" / name).read_text(encoding="utf-8"))
    assert kept == model.model_json_schema(), f"run `tat source schema > docs/{name}`"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/mapping.yaml")), ids=str)
def test_an_example_satisfies_the_json_schema_that_it_names(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    first = text.splitlines()[0]
    schema = path.parent / first.removeprefix("# yaml-language-server: $schema=")
    content = YAML(typ="safe", pure=True).load(text)
    jsonschema.validate(content, json.loads(schema.read_text(encoding="utf-8")))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content | {"else": 1}, json.loads(schema.read_text(encoding="utf-8")))
