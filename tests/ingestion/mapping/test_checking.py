"""What a mapping says is held against the source: tables, columns, types, values, keys."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from database.connect import Database, connect
from ingestion.mapping.checking import CheckedColumn, check_mapping
from ingestion.mapping.source import prepare_source_tables, select_from
from tests.ingestion.mapping.test_reading import MAPPING, write

RIGHT = (
    MAPPING.replace("\ntables:", "\ntime_zone: Europe/Amsterdam\ntables:")
    .replace("display_name: name", "display_name: full_name")
    .replace("status: {column: state, values: {open: IN_PROGRESS}, otherwise: APPROVED}", "STATUS")
    .replace("STATUS", "status: {column: state, values: {1: IN_PROGRESS, 2: APPROVED, 7: SKIPPED}}")
    .replace("done: APPROVED}", "done: APPROVED, on hold: IN_PROGRESS}")
)


def build_helpdesk(database: Database) -> None:
    """Make the helpdesk's tables, of which analysts may read all but one."""
    with connect(database, "tat_owner") as owner:
        owner.execute("set search_path = public")
        owner.execute(Path(__file__).with_name("helpdesk.sql").read_bytes())
        owner.execute("grant select on people, tickets, steps to tat_bi")


@pytest.fixture
def source(database: Database) -> Iterator[psycopg.Connection]:
    """The helpdesk, which may be read but for its secrets."""
    build_helpdesk(database)
    with connect(database, "tat_bi", autocommit=True) as connection:
        yield connection


def check(
    source: psycopg.Connection, folder: Path, old: str = "", new: str = ""
) -> dict[str, CheckedColumn]:
    """Check a mapping in which a part is replaced; return the lines by table and column."""
    assert old in RIGHT
    lines = check_mapping(source, write(folder, RIGHT.replace(old, new) if old else RIGHT))
    return {f"{line.table}.{line.column}".removesuffix("."): line for line in lines}


def test_each_column_tells_how_many_rows_fill_it(
    source: psycopg.Connection, tmp_path: Path
) -> None:
    lines = check(source, tmp_path)
    assert lines["users"].rows == 3
    assert lines["users.email"].rows == 2
    assert lines["approval_levels.tat_hours"].rows == 3
    assert lines["workflow_requests.status"].source == (
        "state (open → IN_PROGRESS, done → APPROVED, on hold → IN_PROGRESS)"
    )
    assert {line.severity for line in lines.values()} == {"", "warning"}


def test_rows_that_would_be_quarantined_or_wait_bring_a_warning(
    source: psycopg.Connection, tmp_path: Path
) -> None:
    lines = check(source, tmp_path)
    warnings = {name: line.problem for name, line in lines.items() if line.severity == "warning"}
    assert warnings == {
        "users.email": "1 of 3 rows have none and would be quarantined",
        "workflow_requests.initiator_id": (
            "1 of 3 rows refer to users that are not there, and would wait"
        ),
        "approval_levels.approver_id": "1 of 3 rows have none and would be quarantined",
    }


@pytest.mark.parametrize(
    ("old", "new", "place", "problem"),
    [
        ("from: steps", "from: stepz", "approval_levels", "public.stepz that this login may read;"),
        ("from: steps", "from: stepz", "approval_levels", "did you mean steps?"),
        ("from: steps", "from: crm.steps", "approval_levels", "no table crm.steps that"),
        ("from: people", "from: secrets", "users", "public.secrets that this login may read"),
        ("email: mail", "email: mial", "users.email", 'column "mial" does not exist'),
        ("title: subject", "title: Subject", "workflow_requests.title", '"Subject" does not exist'),
        (
            "{constant: 16}",
            "{sql: hours / }",
            "approval_levels.tat_hours",
            "syntax error",
        ),
        (
            "{constant: 16}",
            "{column: allowed}",
            "approval_levels.tat_hours",
            "interval can't be read as numeric(10, 2): write sql: extract(epoch from ...) / 3600",
        ),
        (
            "level_number: place",
            "level_number: changed",
            "approval_levels.level_number",
            "timestamp with time zone can't be read as integer: choose another column",
        ),
        (
            "time_zone: Europe/Amsterdam",
            "namespace: helpdesk",
            "workflow_requests.created_at",
            "timestamp without time zone has no offset: say the zone",
        ),
        (
            ", on hold: IN_PROGRESS",
            "",
            "workflow_requests.status",
            "not mapped, with their rows: 'on hold' (1); say under values what each becomes, of",
        ),
        (
            ", 7: SKIPPED",
            "",
            "approval_levels.status",
            "'7' (1);",
        ),
        (
            "{constant: STANDARD}",
            "{column: isUrgent}",
            "workflow_requests.priority",
            "'false' (1), 'true' (1);",
        ),
        (
            "level_id: id",
            "level_id: ticket",
            "approval_levels",
            "2 of 3 rows share their level_id with another: map it to what tells",
        ),
        (
            "from: tickets",
            "from: tickets\n    join:\n      - {table: steps, on: steps.ticket = tickets.id}",
            "workflow_requests.request_id",
            "is ambiguous",
        ),
        (
            "from: tickets",
            "from: tickets\n    where: state = 17",
            "workflow_requests",
            "operator does not exist: text = integer",
        ),
        (
            "from: tickets",
            'from: tickets\n    where: "true); drop table people; select (true"',
            "workflow_requests",
            "cannot insert multiple commands into a prepared statement",
        ),
    ],
)
def test_what_the_source_has_not_is_an_error_of_its_column(
    source: psycopg.Connection, tmp_path: Path, old: str, new: str, place: str, problem: str
) -> None:
    lines = check(source, tmp_path, old, new)
    assert lines[place].severity == "error"
    assert problem in lines[place].problem
    # The other tables are looked at all the same.
    others = [line for line in lines.values() if line.table != lines[place].table]
    assert len(others) > 6
    assert any(line.rows for line in others)


def test_a_tat_for_each_kind_of_step_is_a_number(
    source: psycopg.Connection, tmp_path: Path
) -> None:
    tats = "{column: state, values: {1: 16, 2: 8.5}, otherwise: 24}"
    lines = check(source, tmp_path, "{constant: 16}", tats)
    assert (
        lines["approval_levels.tat_hours"].rows,
        lines["approval_levels.tat_hours"].problem,
    ) == (3, "")
    (levels,) = [
        table
        for table in prepare_source_tables(source, tmp_path / "app.yaml")
        if table.table == "approval_levels"
    ]
    rows = source.execute(select_from(levels.relation, "order by source_key")).fetchall()
    assert [row[5] for row in rows] == [16, Decimal("8.5"), 24]


def test_a_join_that_repeats_rows_is_an_error(source: psycopg.Connection, tmp_path: Path) -> None:
    join = "\n    join:\n      - {table: steps, on: steps.ticket = tickets.id}"
    text = "from: tickets" + join
    given = RIGHT.replace("from: tickets", text)
    for name in ("request_id: id", "created_at: created", "updated_at: changed"):
        key, _, column = name.partition(": ")
        given = given.replace(f"{key}: {column}", f"{key}: tickets.{column}", 1)
    given = given.replace("{column: state, values: {open", "{column: tickets.state, values: {open")
    lines = check_mapping(source, write(tmp_path, given))
    (line,) = [line for line in lines if line.table == "workflow_requests" and not line.column]
    assert line.severity == "error"
    assert line.problem.startswith("2 of 3 rows share their request_id")
    assert "mend the join that repeats them" in line.problem


def test_keys_that_become_one_are_an_error(source: psycopg.Connection, tmp_path: Path) -> None:
    lines = check(
        source, tmp_path, "request_id: id", "request_id: { sql: \"left(number, 1) || ' '\" }"
    )
    assert lines["workflow_requests"].problem.startswith("3 of 3 rows share their request_id")
