"""Two years of real approvals, level by level, against an answer found by walking the calendar.

The bundle is not part of the product; the test skips where it is not beside the checkout.
"""

import csv
import gzip
import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from database.connect import Database, connect
from database.settings import Settings
from ingestion.load import load_bundle
from orchestration.engine.tick import run_ticks
from tests.alerts.seeding import seed_anew
from tests.alerts.workflow import Engine, Workflow

pytestmark = pytest.mark.slow

AS_OF = datetime.fromisoformat("2019-01-10T12:00:00+01:00")


@dataclass(frozen=True)
class LevelAnswer:
    """What is to be known of a level: milliseconds on its clock, in time or not, alerts."""

    elapsed: int
    is_in_time: bool
    alert_types: tuple[str, ...]


@pytest.fixture
def loaded(
    database: Database, workflow: Workflow, engine: Engine, settings: Settings, bundle_dir: Path
) -> Workflow:
    """The bundle, loaded and ticked with the business calendar in Amsterdam."""
    amsterdam = settings.model_copy(update={"timezone": "Europe/Amsterdam"})
    seed_anew(workflow.connection, amsterdam)
    with connect(database, "tat_ingest", autocommit=True) as connection:
        load_bundle(connection, bundle_dir)
    run_ticks(engine.connection, AS_OF, origin="load")
    return workflow


def test_every_real_level_agrees_with_the_walker(loaded: Workflow, bundle_dir: Path) -> None:
    answers = list_answers(loaded)
    expected = read_expected(bundle_dir)
    assert len(expected) == 15_122
    wrong = {
        level: answers.get(level) for level in expected if answers.get(level) != expected[level]
    }
    assert wrong == {}
    assert answers.keys() == expected.keys()
    assert_totals(answers, bundle_dir)
    assert loaded.fetch_all("select 1 from tat.outbox limit 1") == []


def assert_totals(answers: dict[UUID, LevelAnswer], bundle_dir: Path) -> None:
    """Crossings and compliance are those of the bundle's own summary."""
    totals: dict[str, Any] = json.loads((bundle_dir / "expected.json").read_text())
    crossings = Counter(kind for answer in answers.values() for kind in answer.alert_types)
    assert crossings == {f"TAT_{slot}": count for slot, count in totals["crossings"].items()}
    assert crossings == {"TAT_50": 3_843, "TAT_75": 2_952, "TAT_100": 2_268}
    in_time = sum(answer.is_in_time for answer in answers.values())
    assert round(100 * in_time / len(answers), 2) == totals["compliance_percentage"] == 85.0


def list_answers(workflow: Workflow) -> dict[UUID, LevelAnswer]:
    """Read every level's answer from the database, as of the bundle's present."""
    with workflow.connection.transaction():
        workflow.connection.execute("select set_config('tat.as_of', %s, true)", (str(AS_OF),))
        rows = workflow.fetch_all(
            "select status.level_id, status.elapsed_seconds, status.is_breached,"
            " array(select alert_type from tat.tat_alerts as alert"
            " where alert.level_id = status.level_id order by threshold_percentage) as alert_types"
            " from tat.level_status as status"
        )
    return {
        row["level_id"]: LevelAnswer(
            round(row["elapsed_seconds"] * 1000),
            not row["is_breached"],
            tuple(row["alert_types"]),
        )
        for row in rows
    }


def read_expected(bundle_dir: Path) -> dict[UUID, LevelAnswer]:
    """Read the independent answers of the bundle."""
    with gzip.open(bundle_dir / "expected_levels.csv.gz", "rt") as lines:
        return {UUID(row["level_id"]): parse_answer(row) for row in csv.DictReader(lines)}


def parse_answer(row: dict[str, str]) -> LevelAnswer:
    """Read one line of the independent answers; thresholds are written as "50;75"."""
    slots = row["thresholds"].split(";") if row["thresholds"] else []
    return LevelAnswer(
        round(Decimal(row["elapsed_seconds"]) * 1000),
        row["within_tat"] == "True",
        tuple(f"TAT_{slot}" for slot in slots),
    )
