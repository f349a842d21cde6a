"""The whole way on the public approval log: every figure against an independent answer."""

import csv
import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import Installation

# The engine's answers to the same log are in tests/alerts/test_real_bundle.py, which always runs.
pytestmark = pytest.mark.full

SETTINGS = {"TAT_TIMEZONE": "Europe/Amsterdam"}


@pytest.fixture(scope="module")
def expected(bundle_dir: Path) -> dict[str, Any]:
    """The independent answer's totals."""
    return json.loads((bundle_dir / "expected.json").read_text())


@pytest.fixture(scope="module")
def brought_up(installation: Installation, bundle_dir: Path) -> Installation:
    """The bundle loaded, alerted and built by the one command."""
    done = installation.run("up", "--once", "--bundle", str(bundle_dir))
    assert "85.00" in done.stdout
    assert "3,843" in done.stdout
    return installation


def test_alerts_equal_the_independent_crossings(
    brought_up: Installation, expected: dict[str, Any]
) -> None:
    rows = brought_up.query(
        "select threshold_percentage::integer as percentage, count(*) as alerts"
        " from tat_alerts group by 1 order by 1"
    )
    found = {str(row["percentage"]): row["alerts"] for row in rows}
    assert found == expected["crossings"]


def test_every_level_agrees_to_the_millisecond(brought_up: Installation, bundle_dir: Path) -> None:
    rows = brought_up.query(
        "select level_id::text, round(tat_hours_elapsed * 3600, 3)::text as elapsed,"
        " completed_within_tat, coalesce((select string_agg("
        "threshold_percentage::integer::text, ';' order by threshold_percentage) from tat_alerts"
        " where tat_alerts.level_id = vw_tat_compliance.level_id), '') as thresholds"
        " from vw_tat_compliance"
    )
    found = {
        row["level_id"]: (
            Decimal(row["elapsed"]),
            row["completed_within_tat"],
            row["thresholds"],
        )
        for row in rows
    }
    with gzip.open(bundle_dir / "expected_levels.csv.gz", "rt") as file:
        independent = {
            row["level_id"]: (
                Decimal(row["elapsed_seconds"]),
                row["within_tat"] == "True",
                row["thresholds"],
            )
            for row in csv.DictReader(file)
        }
    assert len(found) == 15_122
    differing = {
        level: (found.get(level), answer)
        for level, answer in independent.items()
        if found.get(level) != answer
    }
    assert differing == {}


def test_the_totals_agree(brought_up: Installation, expected: dict[str, Any]) -> None:
    (row,) = brought_up.query(
        "select count(*) filter (where completed_within_tat) as within,"
        " count(*) filter (where not completed_within_tat) as late,"
        " round(100.0 * count(*) filter (where completed_within_tat)"
        " / count(completed_within_tat), 2) as compliance,"
        " round(avg(tat_hours_elapsed), 4) as hours from vw_tat_compliance"
    )
    assert row["within"] == expected["within"]
    assert row["late"] == expected["late"]
    assert row["compliance"] == expected["compliance_percentage"]
    assert row["hours"] == expected["avg_elapsed_hours"]


def test_the_departments_agree(brought_up: Installation, expected: dict[str, Any]) -> None:
    rows = brought_up.query(
        "select department, total_requests, approved_requests as approved,"
        " round(avg_cycle_time_hours, 2) as avg_cycle_hours from vw_department_summary"
        " order by total_requests desc limit 5"
    )
    assert rows == expected["top_departments"]


def test_loading_it_again_changes_nothing(brought_up: Installation, bundle_dir: Path) -> None:
    before = brought_up.query(
        "select count(*) as alerts, max(created_at) as newest from tat_alerts"
    )
    done = brought_up.run("load", str(bundle_dir))
    assert "15,122" in done.stdout
    after = brought_up.query("select count(*) as alerts, max(created_at) as newest from tat_alerts")
    assert after == before
