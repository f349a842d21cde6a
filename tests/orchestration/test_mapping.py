"""`tat source check`, `convert` and `schema`, as somebody types them."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from database.connect import Database, connect
from tests.digests import CHECKOUT
from tests.ingestion.mapping.conftest import EXAMPLES
from tests.ingestion.mapping.test_checking import RIGHT, build_helpdesk
from tests.ingestion.mapping.test_reading import write
from tests.orchestration.test_commands import Tat, tat
from tests.templates import borrow_copy

__all__ = ["tat"]


@pytest.fixture
def helpdesk(
    template_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Database]:
    """A helpdesk that the settings name as the source, with its mapping."""
    with borrow_copy(template_database, f"app_{uuid4().hex[:12]}") as copied:
        build_helpdesk(copied)
        monkeypatch.setenv("TAT_SOURCE_URL", copied.url("tat_bi"))
        monkeypatch.setenv("TAT_SOURCE_MAPPING", str(write(tmp_path, RIGHT)))
        yield copied


def test_a_mapping_is_checked_before_anything_loads(tat: Tat, helpdesk: Database) -> None:
    checked = tat("source", "check")
    assert checked.code == 0
    assert "app.yaml can be used: no errors, 3 warnings." in checked.out
    lines = tat("source", "check", "--format", "json").data
    (status,) = [line for line in lines if line["column"] == "status" and "1 →" in line["source"]]
    assert (status["table"], status["rows"], status["problem"]) == ("approval_levels", 3, "")


def test_a_mapping_with_an_error_ends_with_1(tat: Tat, helpdesk: Database, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(RIGHT.replace("email: mail", "email: mial"))
    answer = tat("source", "check", str(wrong))
    assert answer.code == 1
    assert 'column "mial" does not exist' in answer.out
    assert "error: wrong.yaml has 1 errors and 1 warnings. Mend the errors" in answer.err


def test_a_check_says_what_it_lacks(
    tat: Tat, helpdesk: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TAT_SOURCE_URL")
    assert "set TAT_SOURCE_URL to the address" in tat("source", "check").err
    monkeypatch.setenv("TAT_SOURCE_MAPPING", "nowhere.yaml")
    assert "TAT_SOURCE_MAPPING=nowhere.yaml is wrong: expected" in tat("source", "check").err
    monkeypatch.delenv("TAT_SOURCE_MAPPING")
    assert "Give a mapping file, or name one in TAT_SOURCE_MAPPING." in tat("source", "check").err


def test_a_source_is_followed_by_its_mapping(
    tat: Tat, helpdesk: Database, database: Database
) -> None:
    assert tat("source", "follow", "--once").code == 0
    with connect(database, "tat_owner") as owner:
        query = "select request_number, status from workflow.workflow_requests order by 1"
        assert owner.execute(query).fetchall() == [("T-10", "IN_PROGRESS"), ("T-11", "APPROVED")]
        kept_out = "select table_name, reasons[1] from tat.quarantine where resolved_at is null"
        reasons: dict[str, str] = dict(owner.execute(kept_out).fetchall())
    assert reasons.pop("workflow_requests").endswith("is not known")
    assert reasons == {"users": "email is missing", "approval_levels": "approver_id is missing"}


def test_a_column_that_is_gone_stops_its_table_alone(
    tat: Tat, helpdesk: Database, database: Database
) -> None:
    tat("source", "follow", "--once")
    with connect(helpdesk, "tat_owner") as app:
        app.execute("alter table public.steps drop column place")
        app.execute("insert into public.people values (4, 'di@example.com', 'Di')")
    answer = tat("source", "follow", "--once")
    assert "Not followed: approval_levels" in answer.err
    assert "place" in answer.err
    with connect(database, "tat_owner") as owner:
        people = owner.execute("select display_name from workflow.users order by 1").fetchall()
        assert people == [("Ann",), ("Ben",), ("Di",)]


def test_a_mapping_at_fault_stops_following_and_is_told(
    tat: Tat, helpdesk: Database, tmp_path: Path
) -> None:
    tat("source", "follow", "--once")
    write(tmp_path, RIGHT.replace("{constant: STANDARD}", "{constant: HIGH}"))
    fault = "app.yaml: workflow_requests.priority: 'HIGH' is not one of STANDARD, EXPRESS"
    assert fault in tat("source", "follow", "--once").err
    assert fault in tat("source", "status").out


def test_a_log_is_converted_and_loaded(tat: Tat, tmp_path: Path) -> None:
    log, mapping = EXAMPLES / "event-log" / "log.xes", EXAMPLES / "event-log" / "mapping.yaml"
    arguments = (str(log), "--mapping", str(mapping), "--to", str(tmp_path / "bundle"))
    converted = tat("source", "convert", *arguments)
    assert converted.code == 0
    assert "17 events of 4 cases." in converted.out
    assert "Remind+complete" in converted.out
    loaded = tat("load", str(tmp_path / "bundle"), "--format", "json").data
    assert {table["table"]: table["loaded"] for table in loaded["tables"]}["approval_levels"] == 6
    assert "is there already" in tat("source", "convert", *arguments).err


@pytest.mark.parametrize(
    ("arguments", "name"),
    [((), "mapping.schema.json"), (("--event-log",), "event-log.schema.json")],
)
def test_the_schema_is_printed(tat: Tat, arguments: tuple[str, ...], name: str) -> None:
    kept = json.loads((CHECKOUT / "docs" / name).read_text(encoding="utf-8"))
    assert tat("source", "schema", *arguments).data == kept
