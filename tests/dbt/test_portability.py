"""Models name no dialect's own words: those are macros, each with a variant for every engine.

`::` stays: PostgreSQL, Spark from 4.0 on and the common warehouses have it; Spark 3.5 has not.
"""

import re
from pathlib import Path

import pytest

from tests.dbt.warehouse import PROJECT

# What PostgreSQL has and Spark has not, or means differently, and what to write instead.
CONSTRUCTS = {
    "distinct on: first_row_per": r"\bdistinct\s+on\s*\(",
    "at time zone: local_day, at_local_midnight": r"\bat\s+time\s+zone\b",
    "generate_series: day_series": r"\bgenerate_series\s*\(",
    "lateral values: rows_of": r"\blateral\s*\(\s*values\b",
    "within group: median": r"\bwithin\s+group\b",
    "trim_scale: plain_number": r"\btrim_scale\s*\(",
    "::uuid: no_key": r"::\s*uuid\b",
    "a type that Spark has not": r"::\s*(text|timestamptz|jsonb?|bytea|interval|\w+\[\])(?!\w)",
    "infinity": r"'-?infinity'",
    "seconds of an interval: hours_between": r"\bextract\s*\(\s*epoch\b",
    "json operators": r"->>?|#>>?",
    "regular expression operators": r"[^\w\s']?!?~\*?\s*'",
    "array subscripts": r"\w\[\d",
    "functions of PostgreSQL": r"\b(to_char|string_agg|age|jsonb?_\w+|unnest|make_\w+)\s*\(",
    "functions of the schema tat": r"\btat\.\w+\s*\(",
}
COMMENTS = re.compile(r"\{#.*?#\}|--[^\n]*", re.S)
JINJA = re.compile(r"\{[{%].*?[%}]\}", re.S)
MODELS = sorted((PROJECT / "models").rglob("*.sql"))


def find_constructs(model: str) -> list[str]:
    """The constructs that a model's source names outside comments; arguments of macros count."""
    written = COMMENTS.sub("", model)
    # In Jinja a tilde joins strings.
    written = JINJA.sub(lambda call: call[0].replace("~", " "), written)
    return [name for name, pattern in CONSTRUCTS.items() if re.search(pattern, written, re.I)]


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_a_model_is_written_for_any_engine(model: Path) -> None:
    assert find_constructs(model.read_text()) == []


NOTICED = {
    "select distinct on (request_id) * from levels": "distinct on",
    "{{ work_clock('1', '(day + 1)::timestamp at time zone ' ~ zone) }}": "at time zone",
    "cross join lateral (\n    values\n    (1)) as happened (at)": "lateral values",
    "select null::uuid as level_id": "::uuid",
    "select coalesce(max(day), '-infinity')": "infinity",
    "select metadata ->> 'priority'": "json operators",
    "select name ~ '^REQ' from requests": "regular expression operators",
    "select channels[1] from alerts": "array subscripts",
    "select tat.as_of()": "functions of the schema tat",
    "select level_name::text": "a type",
}


@pytest.mark.parametrize("written", NOTICED)
def test_each_construct_is_noticed(written: str) -> None:
    assert [name.startswith(NOTICED[written]) for name in find_constructs(written)] == [True]


def test_what_every_engine_has_is_let_be() -> None:
    assert (
        find_constructs(
            """
            -- select distinct on (a)
            select
                {{ local_day('greatest(' ~ as_of() ~ ', started_at)') }} as day,
                count(*) filter (where is_open)::bigint as open_requests,
                approved is not distinct from rejected as is_same,
                sum(hours) over last_days as total
            from days
            window last_days as (order by day)
            """
        )
        == []
    )
