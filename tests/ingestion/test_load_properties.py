"""Random rows with random damage: the good ones land, the bad ones are held, none is lost."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.contract import find_table
from ingestion.events import read_event
from ingestion.held import Choice, retry_held
from ingestion.keys import map_key
from ingestion.literals import NUMBER
from ingestion.load import load_bundle, validate_bundle
from ingestion.parsing import TIME
from ingestion.taking import take_event
from tests.ingestion.bundles import (
    FORMATS,
    Row,
    Rows,
    build_level,
    build_request,
    build_rows,
    build_user,
    count_rows,
    key_of,
    write_bundle,
)

pytestmark = pytest.mark.slow

USERS = ("ada", "ben", "U-3", "nobody")
REQUESTS = ("r1", "r2", "REQ-3", "never sent")
OFFSETS = ("Z", "+05:30", "-11:00")
GOOD_TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12
)

# Damage that keeps a level out, whatever else it is.
DAMAGE: list[Row] = [
    {"level_id": ""},
    {"status": "DONE"},
    {"status": None},
    {"tat_hours": -0.01},
    {"tat_hours": "123456789"},
    {"tat_hours": "87660.01"},
    {"tat_hours": "0.00"},
    {"level_number": 0},
    {"level_number": "one"},
    {"created_at": "2026-02-30T00:00:00Z"},
    {"updated_at": None},
    {"level_start_time": "2026-01-02T00:00:00Z", "level_end_time": "2026-01-01T00:00:00Z"},
    {"approver_id": ""},
    {"is_skipped": "?"},
]


def name_key(name: str) -> str:
    """Short lower-case names stand for UUIDs, the others for another system's keys."""
    return name if "-" in name else key_of(name)


@st.composite
def good_levels(draw: st.DrawFn) -> Row:
    """A level that may land, or wait for a parent that never comes."""
    day = draw(st.integers(1, 28))
    return build_level(
        draw(st.sampled_from([f"l{number}" for number in range(8)])),
        request_id=name_key(draw(st.sampled_from(REQUESTS))),
        approver_id=name_key(draw(st.sampled_from(USERS))),
        status=draw(st.sampled_from(["PENDING", "IN_PROGRESS", "APPROVED", "SKIPPED"])),
        tat_hours=str(draw(st.decimals("0.01", 87_660, places=2))),
        level_number=draw(st.integers(1, 9)),
        level_end_time=draw(st.none() | st.just(f"2026-04-{day:02}T10:00:00Z")),
        comments=draw(st.none() | GOOD_TEXT),
        is_skipped=draw(st.sampled_from([True, False, None])),
        updated_at=f"2026-05-{day:02}T10:00:00{draw(st.sampled_from(OFFSETS))}",
    )


LEVELS = st.lists(st.tuples(good_levels(), st.none() | st.sampled_from(DAMAGE)), max_size=12)


def build_parents() -> Rows:
    """The parents that do come."""
    return {
        "users": [build_user(name, user_id=name_key(name)) for name in USERS[:3]],
        "workflow_requests": [
            build_request(name, request_id=name_key(name)) for name in REQUESTS[:3]
        ],
    }


def is_orphan(level: Row) -> bool:
    """Whether a level refers to a parent that never comes."""
    return name_key("nobody") == level["approver_id"] or (
        name_key("never sent") == level["request_id"]
    )


def expect_landed(good: list[Row]) -> dict[str, Row]:
    """The newest good version of each level, the last of equally new ones, unless it waits."""
    newest: dict[str, Row] = {}
    for level in good:
        kept = newest.get(level["level_id"])
        if kept is None or instant_of(level) >= instant_of(kept):
            newest[level["level_id"]] = level
    return {key: level for key, level in newest.items() if not is_orphan(level)}


def instant_of(level: Row) -> Any:
    """When a level was updated."""
    return datetime.fromisoformat(level["updated_at"].replace("Z", "+00:00"))


def read_levels(connection: psycopg.Connection) -> dict[str, tuple[Any, ...]]:
    """What landed, by key."""
    rows = connection.execute(
        "select level_id::text, request_id, tat_hours, comments, is_skipped, updated_at "
        "from workflow.approval_levels"
    )
    return {row[0]: row[1:] for row in rows}


def describe_level(level: Row) -> tuple[Any, ...]:
    """What should have landed of a level."""
    comments = level["comments"]
    return (
        map_key("workflow_requests", level["request_id"]),
        Decimal(level["tat_hours"]),
        comments if comments and not comments.isspace() else None,
        bool(level.get("is_skipped")),
        instant_of(level),
    )


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(levels=LEVELS, file_format=st.sampled_from(FORMATS), chunk_rows=st.sampled_from([3, 50]))
def test_good_rows_land_bad_rows_are_held_and_none_is_lost(
    ingest: psycopg.Connection,
    levels: list[tuple[Row, Row | None]],
    file_format: str,
    chunk_rows: int,
) -> None:
    rows = build_parents() | {"approval_levels": [level | (bad or {}) for level, bad in levels]}
    if not levels:
        del rows["approval_levels"]
    good = [level for level, damage in levels if damage is None]
    landed = expect_landed(good)
    with (
        TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
        ingest.transaction(force_rollback=True),
    ):
        patch.setattr("ingestion.sources.files.CHUNK_ROWS", chunk_rows)
        directory = write_bundle(Path(folder), rows, file_format)
        dry = validate_bundle(ingest, directory)
        report = load_bundle(ingest, directory)
        assert dry.tables == report.tables
        assert read_levels(ingest) == {key: describe_level(level) for key, level in landed.items()}
        assert report.loaded == 6 + len(landed)
        assert report.read == 6 + len(levels)
        assert report.quarantined + report.waiting == len(levels) - len(landed)
        held = ingest.execute("select count(distinct source_row), count(*) from tat.quarantine")
        distinct, count = held.fetchone() or (0, 0)
        assert distinct == count <= report.quarantined + report.waiting
        again = load_bundle(ingest, directory)
        assert (again.loaded, again.unchanged) == (0, report.loaded)
        assert (again.quarantined, again.waiting) == (report.quarantined, report.waiting)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(levels=st.lists(good_levels(), max_size=8), order=st.permutations(range(3)))
def test_whatever_comes_first_the_end_is_the_same(
    ingest: psycopg.Connection, levels: list[Row], order: list[int]
) -> None:
    parents = build_parents()
    parts: list[Rows] = [
        {"users": parents["users"]},
        {"workflow_requests": parents["workflow_requests"]},
        {"approval_levels": levels or [build_level("l9")]},
    ]
    with TemporaryDirectory() as folder, ingest.transaction(force_rollback=True):
        for number in order:
            load_bundle(ingest, write_bundle(Path(folder) / str(number), parts[number]))
        landed = expect_landed(levels or [build_level("l9")])
        assert read_levels(ingest) == {key: describe_level(level) for key, level in landed.items()}


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(levels=LEVELS)
def test_an_event_lands_as_a_bundle_does(
    ingest: psycopg.Connection, levels: list[tuple[Row, Row | None]]
) -> None:
    rows = build_parents() | {"approval_levels": [level | (bad or {}) for level, bad in levels]}
    landed = expect_landed([level for level, damage in levels if damage is None])
    with ingest.transaction(force_rollback=True):
        answer = send(ingest, rows)
        assert read_levels(ingest) == {key: describe_level(level) for key, level in landed.items()}
        assert answer["accepted"] == 6 + len(landed)
        assert answer["quarantined"] + answer["waiting"] == len(levels) - len(landed)
        assert send(ingest, rows) == answer


def send(connection: psycopg.Connection, rows: Rows) -> dict[str, Any]:
    """Take rows as the event of one id."""
    return take_event(connection, read_event("event-1", json.dumps(rows).encode()))


NEAR_MISSES = st.sampled_from(
    [
        "\\N",
        "\\.",
        "'",
        "NULL",
        "null",
        "1e99",
        "-0",
        "1_000",
        "0x1F",
        "１２",
        "2026-03-02T09:00:00.1234567890Z",
        "2026-03-02T09:00:00+15:60",
        "12026-03-02T09:00:00Z",
        "-infinity",
        "now",
        "{}",
        "{{a},{b}}",
        '{"a\\',
        '["a"',
        '{"a": 1, "a": 2}',
        "[1e308]",
        "\t",
        "\r",
        "a\rb",
        "\ufeff",
        "\U0001f600",
        "a\x00b",
    ]
)
ANY_TEXT = NEAR_MISSES | st.text(max_size=20) | st.from_regex(TIME) | st.from_regex(NUMBER)
LEFT_OUT = ("level_id", "level_name", "comments", "updated_at")
DAMAGED = ("approval_levels", "documents", "activities", "holidays", "level_pauses")


@st.composite
def damaged_bundles(draw: st.DrawFn) -> Rows:
    """The small bundle with any text in any of its cells."""
    rows = build_rows()
    for name in DAMAGED:
        columns = [column.name for column in find_table(name).columns]
        cells = st.dictionaries(st.sampled_from(columns), ANY_TEXT, max_size=3)
        damages = draw(st.lists(cells, max_size=5))
        rows[name] += [rows[name][0] | damage for damage in damages]
    return rows


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=damaged_bundles())
def test_no_text_stops_a_load(ingest: psycopg.Connection, rows: Rows) -> None:
    with TemporaryDirectory() as folder, ingest.transaction(force_rollback=True):
        # JSONL, because its escapes can spell what no CSV file of UTF-8 holds.
        report = load_bundle(ingest, write_bundle(Path(folder), rows, "jsonl"))
        assert report.read == count_rows(rows)
        assert report.read == report.loaded + report.quarantined + report.waiting


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=damaged_bundles(), left_out=st.sets(st.sampled_from(LEFT_OUT)))
def test_no_text_stops_an_event_nor_a_retry(
    ingest: psycopg.Connection, rows: Rows, left_out: set[str]
) -> None:
    last = rows["approval_levels"][-1]
    rows["approval_levels"][-1] = {name: last[name] for name in last if name not in left_out}
    with ingest.transaction(force_rollback=True):
        answer = send(ingest, rows)
        outcomes = [answer[outcome] for outcome in ("accepted", "quarantined", "waiting")]
        assert sum(outcomes) == len(answer["rows"]) == count_rows(rows)
        read = (
            "select sum(rows_read), sum(rows_quarantined), sum(rows_waiting) from tat.load_result"
        )
        assert ingest.execute(read).fetchone() == (count_rows(rows), *outcomes[1:])
        json.dumps(answer, ensure_ascii=False).encode()
        held = ingest.execute("select count(*) from tat.quarantine").fetchone()
        retried = retry_held(ingest, Choice())
        assert held == (retried.chosen,)
        kept = ingest.execute("select count(*) from tat.quarantine where resolved_at is null")
        assert kept.fetchone() == (retried.kept,)
