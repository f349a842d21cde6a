"""The public log of real approvals, written out as events and converted back by its mapping."""

import gzip
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from database.connect import Database, connect
from database.settings import Settings
from ingestion.event_logs.converting import Conversion, convert_log
from ingestion.load import load_bundle
from orchestration.engine.tick import run_ticks
from tests.alerts.seeding import seed_anew
from tests.alerts.test_real_bundle import AS_OF
from tests.ingestion.event_logs.files import Row, read_table
from tests.ingestion.mapping.conftest import EXAMPLES

pytestmark = pytest.mark.slow

MAPPING = EXAMPLES / "bpi-challenge-2020" / "mapping.yaml"


@pytest.fixture(scope="module")
def log(bundle_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The events of the bundle, with the attributes that the public log has."""
    path = tmp_path_factory.mktemp("log") / "RequestForPayment.xes.gz"
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=3) as file:
        file.writelines(write_log(bundle_dir))
    return path


def write_log(folder: Path) -> Iterator[str]:
    """Each case as a trace, in the order of the log."""
    users = {row["user_id"]: row for row in read_table(folder, "users")}
    events: dict[str, list[Row]] = {}
    for row in read_table(folder, "activities"):
        events.setdefault(row["request_id"], []).append(row)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<log xmlns="http://www.xes-standard.org/">\n'
    for request in read_table(folder, "workflow_requests"):
        unit = users[request["initiator_id"]]["department"]
        yield "<trace>\n"
        yield write_attribute("string", "Rfp_id", request["request_id"])
        yield write_attribute("string", "RfpNumber", request["request_number"])
        yield write_attribute("string", "concept:name", request["title"])
        yield write_attribute("string", "OrganizationalEntity", unit)
        yield write_attribute("float", "RequestedAmount", request["description"].split()[1])
        for event in events[request["request_id"]]:
            yield "<event>\n"
            yield write_attribute("string", "concept:name", event["activity_description"])
            yield write_attribute("date", "time:timestamp", event["created_at"])
            if event["user_id"]:
                role = users[event["user_id"]]["designation"]
                yield write_attribute("string", "org:role", role)
            yield "</event>\n"
        yield "</trace>\n"
    yield "</log>\n"


def write_attribute(kind: str, key: str, value: str) -> str:
    """One attribute of XES."""
    return f"<{kind} key={quoteattr(key)} value={quoteattr(value)}/>\n"


@pytest.fixture(scope="module")
def converted(log: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Conversion]:
    """The bundle that the mapping makes of the log."""
    folder = tmp_path_factory.mktemp("converted") / "bundle"
    return folder, convert_log(log, MAPPING, folder)


def test_the_levels_are_those_of_the_bundle(
    bundle_dir: Path, converted: tuple[Path, Conversion]
) -> None:
    folder, conversion = converted
    assert list_levels(folder) == list_levels(bundle_dir)
    assert conversion.rows["approval_levels"] == 15_122
    assert conversion.left_out == {"levels shorter than shortest_level_seconds": 1}
    # Events that concern no level and no status are named, with how many there are.
    assert conversion.unmatched["Request Payment"] == 6_187
    assert conversion.rows["users"] == 160


def test_the_requests_are_those_of_the_bundle(
    bundle_dir: Path, converted: tuple[Path, Conversion]
) -> None:
    found, expected = list_requests(converted[0]), list_requests(bundle_dir)
    assert len(expected) == 6_760
    assert found == expected


def list_levels(folder: Path) -> list[tuple[Any, ...]]:
    """What a level is, told by its request's number and its approver's role and unit."""
    numbers = {row["request_id"]: row["request_number"] for row in list_request_rows(folder)}
    users = {row["user_id"]: row for row in read_table(folder, "users")}
    return sorted(
        (
            numbers[row["request_id"]],
            int(row["level_number"]),
            row["level_name"],
            row["status"],
            float(row["tat_hours"]),
            read_time(row["level_start_time"]),
            read_time(row["level_end_time"]),
            users[row["approver_id"]]["designation"],
            users[row["approver_id"]]["department"],
            row["is_final_approver"],
        )
        for row in read_table(folder, "approval_levels")
    )


def list_requests(folder: Path) -> list[tuple[Any, ...]]:
    """What a request is, told by its number."""
    users = {row["user_id"]: row for row in read_table(folder, "users")}
    return sorted(
        (
            row["request_number"],
            row["title"],
            row["template_type"],
            row["priority"],
            row["status"],
            float(row["total_tat_hours"] or 0),
            read_time(row["submission_date"]),
            read_time(row["closure_date"]),
            read_time(row["created_at"]),
            read_time(row["updated_at"]),
            row["is_draft"],
            users[row["initiator_id"]]["department"],
        )
        for row in list_request_rows(folder)
    )


def list_request_rows(folder: Path) -> list[Row]:
    """The requests of a bundle."""
    return read_table(folder, "workflow_requests")


def read_time(text: str) -> str:
    """An instant, however it is written."""
    return str(datetime.fromisoformat(text).timestamp()) if text else ""


def test_loaded_it_gives_the_alerts_of_the_bundle(
    converted: tuple[Path, Conversion], bundle_dir: Path, database: Database, settings: Settings
) -> None:
    holidays = bundle_dir / "holidays.csv.gz"
    (converted[0] / holidays.name).write_bytes(holidays.read_bytes())
    with connect(database, "tat_owner", autocommit=True) as owner:
        seed_anew(owner, settings.model_copy(update={"timezone": "Europe/Amsterdam"}))
    with connect(database, "tat_ingest", autocommit=True) as ingest:
        report = load_bundle(ingest, converted[0])
    assert [table.table for table in report.tables if table.quarantined or table.waiting] == []
    with connect(database, "tat_engine", autocommit=True) as engine:
        run_ticks(engine, AS_OF, origin="load")
        rows = engine.execute("select alert_type from tat.tat_alerts").fetchall()
    alerts = Counter(kind for (kind,) in rows)
    assert alerts == {"TAT_50": 3_843, "TAT_75": 2_952, "TAT_100": 2_268}
