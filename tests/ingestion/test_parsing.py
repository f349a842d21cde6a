"""Typing text: what each type takes, and that PostgreSQL reads the same from it."""

import json
from datetime import date, datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from ingestion.contract import find_table
from ingestion.keys import map_key
from ingestion.literals import find_reader
from ingestion.parsing import ParsedColumn, parse_column
from ingestion.tables import ColumnType, DateSpan

LEVELS = find_table("approval_levels")
HOLIDAYS = find_table("holidays")
SPAN = DateSpan(date(1970, 1, 1), date(2036, 12, 31))


def parse(column: str, *values: str) -> ParsedColumn:
    """Parse values of a column of the levels."""
    return parse_column(LEVELS, LEVELS.column(column), list(values), SPAN)


def cast(connection: psycopg.Connection, text: str, type_: ColumnType) -> Any:
    """What PostgreSQL makes of a text."""
    statement = sql.SQL("select {}::{}").format(sql.Literal(text), sql.SQL(type_))
    row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]


GOOD_TIMES = [
    "2026-03-02T09:00:00Z",
    "2026-03-02 09:00:00+00",
    "2026-03-02T09:00:00.5+05:30",
    "2026-03-02T09:00+0530",
    "2026-03-02T09:00:00.123456-15:59",
    "  2026-03-02T09:00:00Z ",
    "2024-02-29T23:59:59.999999Z",
    "1970-01-01T00:00:00Z",
    "2036-12-31T23:59:59Z",
]


@pytest.mark.parametrize("text", GOOD_TIMES)
def test_times_are_compared_as_postgresql_reads_them(
    connection: psycopg.Connection, text: str
) -> None:
    parsed = parse("created_at", text)
    assert parsed.problems == {}
    connection.execute("set timezone = 'UTC'")
    stored = cast(connection, parsed.texts[0], "timestamptz")
    assert datetime.fromisoformat(parsed.texts[0]) == stored


def test_digits_finer_than_a_microsecond_are_cut() -> None:
    parsed = parse("created_at", "2026-03-02T09:00:00.1234569Z")
    assert parsed.texts[0] == "2026-03-02T09:00:00.123456Z"
    assert parsed.problems == {}


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2026-03-02T25:00:00Z",
        "2026-03-02T24:00:00Z",
        "2026-03-02T09:00:60Z",
        "2026-02-29T09:00:00Z",
        "0000-01-01T00:00:00Z",
        "2026-03-02T09:00:00+16:00",
        "2026-03-02T09:00:00 IST",
        "٢٠٢٦-03-02T09:00:00Z",
        "infinity",
        "1772442000",
        "02/03/2026 09:00",
        "2026-13-02T09:00:00",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    parsed = parse("created_at", text)
    assert parsed.problems[0].text == f"created_at '{text}' is not a time"
    assert parsed.texts == [""]


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2037-01-01T00:00:00Z"]
)
def test_a_time_outside_the_span_is_refused(text: str) -> None:
    for column in ("created_at", "level_end_time"):
        parsed = parse(column, text)
        reason = f"{column} '{text}' lies outside 1970-01-01 to 2036-12-31"
        assert parsed.problems[0].text == reason
        assert parsed.texts == [""]


@pytest.mark.parametrize(
    "text", ["9999-12-31T23:59:59Z", "9999-12-31", "9999-12-31 00:00:00+05:30", "Infinity"]
)
def test_an_end_that_is_not_known_is_no_end(text: str) -> None:
    assert parse("level_end_time", text) == ParsedColumn([""], {})
    assert list(parse("created_at", text).problems) == [0]


def test_hours_finer_than_hundredths_are_counted() -> None:
    assert parse("tat_hours", "0.1667", "0.17", "16.50000", "0.1667", "").rounded == 2


def test_a_time_without_an_offset_is_refused_for_that() -> None:
    problems = parse("created_at", "2026-03-02T09:00:00", "2026-03-02").problems
    assert {reason.rule for reason in problems.values()} == {
        "created_at has no UTC offset, such as Z or +05:30"
    }


@given(
    st.datetimes(
        min_value=datetime(1970, 1, 1),  # noqa: DTZ001
        max_value=datetime(2036, 12, 31),  # noqa: DTZ001
        timezones=st.integers(-959, 959).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    )
)
def test_any_instant_is_taken_as_it_is(instant: datetime) -> None:
    parsed = parse("created_at", instant.isoformat())
    assert parsed.problems == {}
    assert datetime.fromisoformat(parsed.texts[0]) == instant


GOOD_LITERALS: list[tuple[ColumnType, str, Any]] = [
    ("integer", "3.0", 3),
    ("integer", "-2147483648", -(2**31)),
    ("bigint", "+9223372036854775807", 2**63 - 1),
    ("boolean", "YES", True),
    ("boolean", "0", False),
    ("jsonb", '{"a": [1, 2.5, null], "b": "\\u00e4"}', {"a": [1, 2.5, None], "b": "ä"}),
    ("text[]", '["a, b", "c\\"d", "e\\\\f", "{}", "null", ""]', None),
    ("text[]", '{Sales,"R \\"and\\" D", Legal }', ["Sales", 'R "and" D', "Legal"]),
    ("text[]", "{}", []),
    ("text[]", "[]", []),
]


@pytest.mark.parametrize(("type_", "text", "value"), GOOD_LITERALS)
def test_values_reach_postgresql_as_they_were_meant(
    connection: psycopg.Connection, type_: ColumnType, text: str, value: Any
) -> None:
    copied = find_reader(type_)(text)
    assert cast(connection, copied, type_) == (json.loads(text) if value is None else value)


@pytest.mark.parametrize("text", ["16", "16.5", ".5", "5.", "1.6e1", "+0", "99999999.99"])
def test_numbers_are_compared_as_postgresql_reads_them(
    connection: psycopg.Connection, text: str
) -> None:
    requests = find_table("workflow_requests")
    parsed = parse_column(requests, requests.column("total_tat_hours"), [text], SPAN)
    assert float(cast(connection, parsed.texts[0], "numeric(10, 2)")) == float(parsed.texts[0])


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        ("numeric(10, 2)", "99999999.995"),
        ("numeric(10, 2)", "1,5"),
        ("numeric(10, 2)", "٣"),
        ("numeric(10, 2)", "Infinity"),
        ("integer", "2147483648"),
        ("integer", "1e3"),
        ("bigint", "9223372036854775808"),
        ("boolean", "2"),
        ("jsonb", '{"a": NaN}'),
        ("jsonb", '{"a": 1e400}'),
        ("jsonb", '"\\u0000"'),
        ("jsonb", '"\\ud800"'),
        ("jsonb", "[" * 100_000),
        ("text[]", "Sales"),
        ("text[]", "[1]"),
        ("text[]", '{"a": "b"}'),
        ("text[]", "{a,}"),
        ("text[]", "{a"),
        ("text[]", '["\\u0000"]'),
        ("text[]", '["\\ud800"]'),
    ],
)
def test_values_that_postgresql_would_refuse_are_refused(type_: ColumnType, text: str) -> None:
    with pytest.raises(ValueError, match=r"^is "):
        find_reader(type_)(text)


@given(st.lists(st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=8)))
def test_any_list_of_texts_is_taken(items: list[str]) -> None:
    copied = find_reader("text[]")(json.dumps(items))
    assert find_reader("text[]")(copied) == copied


def test_a_blank_text_is_missing_and_other_blanks_are_kept() -> None:
    assert parse("comments", " \t", " a ", "").texts == ["", " a ", ""]


def test_names_lose_the_blanks_around_them() -> None:
    assert parse("level_name", " \t", " Legal\u00a0", "a b").texts == ["", "Legal", "a b"]
    assert parse("status", " PENDING ").texts == ["PENDING"]


def test_each_value_of_a_chunk_is_parsed_by_itself() -> None:
    parsed = parse("tat_hours", "16", "soon", "", "16", "soon")
    assert parsed.texts == ["16", "", "", "16", ""]
    assert sorted(parsed.problems) == [1, 4]


def test_keys_of_other_systems_are_mapped_by_table() -> None:
    parsed = parse("request_id", "REQ-17", " REQ-17 ", "", "0fde75b7-51ce-5cec-a023-4cb6807c8d7d")
    mapped = str(map_key("workflow_requests", "REQ-17"))
    assert parsed.texts == [mapped, mapped, "", "0fde75b7-51ce-5cec-a023-4cb6807c8d7d"]
    assert parsed.mapped_keys == 2
    assert map_key("users", "REQ-17") != map_key("workflow_requests", "REQ-17")


def test_the_key_of_another_system_is_always_the_same() -> None:
    assert str(map_key("users", "U-1")) == "4c12044d-90a0-5f85-b2cf-68659043c05e"
