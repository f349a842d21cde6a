"""Each piece of dialect means what it says on PostgreSQL, and has a Spark variant that parses."""

import re
from typing import Any, cast

import pytest
from sqlglot import exp, parse_one

from tests.dbt.dialects import Macros, read_macros
from tests.dbt.warehouse import Query, Warehouse

POSTGRES = Macros("default")
SPARK = Macros("spark")

MIDNIGHT = "cast('2026-03-04 18:30:00+00:00' as timestamp with time zone)"
LATER = "cast('2026-03-04 20:00:00.000001+00:00' as timestamp with time zone)"
DAYS_BETWEEN = """
    select days.day::text
    from (values (cast('{}' as date), cast('{}' as date))) as bounds (first_day, last_day)
    cross join {}
"""
FIRST_RANKED = """
    with ranked as (
        select * from (values (1, 1, 2), (1, 1, 1), (2, 5, 7)) as ranked (grp, score, tie)
    )
    {}
"""
EVENTS = """
    select happened.event_order, happened.event_type
    from (values (7, cast(null as text))) as levels (level_number, reason)
    cross join {}
"""

FACTS = """
    with kept as (select 1 as request_id, 10 as score),
    views as (select * from (values (1, 10), (2, 20), (3, 30)) as views (request_id, score)),
    touched as (select 2 as request_id)
    select request_id, score, is_stored from {} order by request_id
"""

MEDIANS = """
    with scores as (
        select *
        from (values (1, 2), (1, null), (1, 1), (2, 9), (2, 7), (2, 3)) as scores (grp, score)
    )
    select groups.grp, cast({} as varchar(20)) as median
    from (values (1, 2), (2, 3), (3, 0)) as groups (grp, row_count)
    order by groups.grp
"""

REQUESTS_WITH_NOTES = """
    with notes as (
        select *
        from (values (1, 'a', true), (1, 'b', false), (2, 'c', true), (3, 'd', true))
            as notes (request_id, note, is_kept)
    )
    select requests.request_id, found.note
    from (values (1), (2)) as requests (request_id)
    cross join {}
    order by requests.request_id
"""

# A macro's call, put into a query, and what PostgreSQL answers.
ANSWERS: dict[str, tuple[tuple[Any, ...], str, list[tuple[Any, ...]]]] = {
    "local_day": ((MIDNIGHT,), "select {}::text", [("2026-03-05",)]),
    "at_local_midnight": (
        ("cast('2026-03-05' as date)",),
        "select ({} = " + MIDNIGHT + ")",
        [(True,)],
    ),
    "week_of": (("cast('2026-03-08' as date)",), "select {}::text", [("2026-03-02",)]),
    "month_of": (("cast('2026-03-08' as date)",), "select {}::text", [("2026-03-01",)]),
    "hours_between": ((MIDNIGHT, LATER), "select {}::text", [("1.5000000003",)]),
    "percentage": (("1", "3"), "select {}::text", [("33.3333",)]),
    "median": (
        ("score",),
        "select {}::text from (values (1), (null), (2)) as scores (score)",
        [("1.5000000000",)],
    ),
    "median_in_order": (
        ("scores", "scores.grp = groups.grp", "scores.score", "groups.row_count"),
        MEDIANS,
        [(1, "1.5000000000"), (2, "7.0000000000"), (3, None)],
    ),
    "computed_once": (
        (),
        "with numbers as {} (select 1 as number) select number from numbers",
        [(1,)],
    ),
    "tat_hours": (("57600000001", "3600"), "select {}::text", [("16.0000000003",)]),
    "stored_and_current": (
        ("kept", "views", "touched", "rows", True),
        FACTS,
        [(1, 10, True), (2, 20, False)],
    ),
    "rows_of_request": (
        ("notes", "requests.request_id", "found", "candidate.is_kept"),
        REQUESTS_WITH_NOTES,
        [(1, "a"), (2, "c")],
    ),
    "hash_of_row": (
        ("pairs",),
        "select count(distinct hashed) from (select {} as hashed from (values (1, null), (1, null),"
        " (null, 1), (2, null)) as pairs (one, two)) as hashes",
        [(3,)],
    ),
    "plain_number": (("50.000",), "select {}", [("50",)]),
    "trimmed_number": (("77.500",), "select {} = 77.5", [(True,)]),
    "no_key": ((), "select {} is null", [(True,)]),
    "day_series": (
        ("bounds.first_day", "bounds.last_day", "days"),
        DAYS_BETWEEN.format("2026-02-28", "2026-03-01", "{}"),
        [("2026-02-28",), ("2026-03-01",)],
    ),
    "first_row_per": (
        ("ranked", ["grp"], ["score desc", "tie asc"], ["grp", "tie"]),
        FIRST_RANKED,
        [(1, 1), (2, 7)],
    ),
    "rows_of": (
        (
            [["3", "'STARTED'", "null"], ["levels.level_number", "'ENDED'", "levels.reason"]],
            "happened",
            ["event_order", "event_type", "detail"],
        ),
        EVENTS,
        [(3, "STARTED"), (7, "ENDED")],
    ),
}
# What Spark is only asked to parse: PostgreSQL's side is tested with the views.
ENGINE_CALLS: dict[str, tuple[Any, ...]] = {
    "as_of": (),
    "clock_now": ("1",),
    "local_time_zone": (),
    "work_clock": ("1", MIDNIGHT),
    "working_hours_between": ("1", MIDNIGHT, LATER),
}


def list_dispatching() -> set[str]:
    """The macros that leave their wording to the engine."""
    dispatch = re.compile(r"adapter\.dispatch\('(\w+)'")
    return {name for text in read_macros().values() for name in dispatch.findall(text)}


@pytest.mark.parametrize("name", ANSWERS)
def test_postgresql_answers(warehouse: Warehouse, name: str) -> None:
    arguments, query, expected = ANSWERS[name]
    rows = warehouse.ask(cast(Query, query.format(POSTGRES.render(name, *arguments))))
    assert [tuple(row.values()) for row in rows] == expected


def test_days_that_end_before_they_begin_are_none(warehouse: Warehouse) -> None:
    days = POSTGRES.render("day_series", "bounds.first_day", "bounds.last_day", "days")
    query = DAYS_BETWEEN.format("2026-03-02", "2026-03-01", days)
    assert warehouse.ask(cast(Query, query)) == []


def test_every_piece_of_dialect_is_tried() -> None:
    assert list_dispatching() == {*ANSWERS, *ENGINE_CALLS}


@pytest.mark.parametrize("name", sorted({*ANSWERS, *ENGINE_CALLS}))
def test_spark_has_words_of_its_own_that_parse(name: str) -> None:
    arguments = ANSWERS[name][0] if name in ANSWERS else ENGINE_CALLS[name]
    query = ANSWERS[name][1] if name in ANSWERS else "select {}"
    written = SPARK.render(name, *arguments)
    assert written != POSTGRES.render(name, *arguments)
    assert "::" not in written
    assert not re.search(r"\bat time zone\b|\bdistinct on\b|\bgenerate_series\b|\btat\.", written)
    assert isinstance(parse_one(query.format(written), dialect="spark"), exp.Query)
