"""A simulated company: loaded as a bundle of the contract, and as other apps would have it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from database.connect import Database, connect
from ingestion.following.follow import follow_source
from ingestion.following.rounds import FollowReport
from ingestion.following.source import open_source
from ingestion.load import load_bundle
from ingestion.mapping.source import prepare_source_tables
from ingestion.simulator import simulate_bundle
from orchestration.engine.tick import run_ticks
from tests.digests import CHECKOUT
from tests.templates import borrow_copy

EXAMPLES = CHECKOUT / "docs" / "examples"
ENDS_AT = datetime.fromisoformat("2026-06-30T12:00:00+05:30")
REQUESTS = 300
# Whatever app the levels come from, their alerts are told by these.
ALERTS = """
select
    requests.request_number,
    levels.level_number,
    alerts.alert_type,
    alerts.threshold_crossed_at,
    alerts.completion_time,
    alerts.was_completed_on_time,
    users.display_name
from tat.tat_alerts as alerts
inner join workflow.approval_levels as levels on alerts.level_id = levels.level_id
inner join workflow.workflow_requests as requests on levels.request_id = requests.request_id
inner join workflow.users on levels.approver_id = users.user_id
order by requests.request_number, levels.level_number, alerts.alert_type
"""

Alert = tuple[object, ...]


@dataclass(frozen=True)
class Company:
    """A bundle of the contract, the database that it is loaded into, and its alerts."""

    bundle: Path
    database: Database
    alerts: list[Alert]


@pytest.fixture(scope="module")
def company(
    template_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    """Two months of approvals, as the contract has them."""
    bundle = tmp_path_factory.mktemp("company") / "bundle"
    simulate_bundle(bundle, requests=REQUESTS, days=60, ends_at=ENDS_AT, timezone="Asia/Kolkata")
    with borrow_copy(template_database, f"test_{uuid4().hex[:12]}") as database:
        land(database, bundle)
        tick(database)
        yield Company(bundle, database, list_alerts(database))


def land(database: Database, bundle: Path) -> None:
    """Load a bundle."""
    with connect(database, "tat_ingest", autocommit=True) as connection:
        load_bundle(connection, bundle)


def list_alerts(database: Database) -> list[Alert]:
    """All alerts of a database, by what every app knows of a level."""
    with connect(database, "tat_owner", autocommit=True) as connection:
        return connection.execute(ALERTS.encode()).fetchall()


@contextmanager
def make_app(company: Company, name: str) -> Iterator[Database]:
    """The company in the tables of an example, in a database of its own that analysts may read."""
    with borrow_copy(company.database, f"test_{uuid4().hex[:12]}") as database:
        with connect(database, "tat_owner") as owner:
            owner.execute("set search_path = public")
            owner.execute((EXAMPLES / name / "schema.sql").read_bytes())
            owner.execute(Path(__file__).with_name(f"fill_{name}.sql").read_bytes())
            owner.execute("grant select on all tables in schema public to tat_bi")
        yield database


@contextmanager
def open_app(company: Company, name: str) -> Iterator[psycopg.Connection]:
    """A connection that may only read the company in the tables of an example."""
    with make_app(company, name) as database, connect(database, "tat_bi") as connection:
        yield connection


def follow(source: Database, mapping: Path, warehouse: Database) -> FollowReport:
    """Load what changed at a source by a mapping."""
    url = source.url("tat_bi")
    with open_source(url, seconds=60) as opened:
        tables = prepare_source_tables(opened.connection, mapping)
    with connect(warehouse, "tat_ingest", autocommit=True) as connection:
        report = follow_source(connection, url, tables, seconds=60)
    assert report.faults == {}
    assert report.is_through
    return report


def tick(database: Database) -> None:
    """Record what was crossed by the end of the company's days."""
    with connect(database, "tat_engine", autocommit=True) as connection:
        run_ticks(connection, ENDS_AT, origin="load")
