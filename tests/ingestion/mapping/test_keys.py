"""Keys of another app become uuids at the source: always the same ones, and apart by table."""

from collections.abc import Iterator
from uuid import UUID, uuid3

import psycopg
import pytest
from psycopg.rows import dict_row

from database.connect import Database, connect
from ingestion.contract import USERS
from ingestion.keys import find_namespace
from ingestion.mapping.model import Mapping, TableMapping
from ingestion.mapping.source import MappedTable, map_table, select_from

KEPT = "0f0e4c41-1f0e-4c41-9a3b-6f2d9c1e5a70"
OTHERS = {"email": {"constant": "a@example.com"}, "display_name": {"constant": "A"}}


@pytest.fixture
def source(database: Database) -> Iterator[psycopg.Connection]:
    """A database to read."""
    with connect(database, "tat_bi", autocommit=True) as connection:
        yield connection


def convert(
    connection: psycopg.Connection, key: str, column: str = "user_id", namespace: str | None = None
) -> UUID | None:
    """The key that an expression of the source gives."""
    columns = {"user_id": {"constant": "1"}} | OTHERS | {column: {"sql": key}}
    given = TableMapping.model_validate({"query": "select 1", "columns": columns})
    mapping = Mapping.model_validate({"tables": {"users": given}, "namespace": namespace})
    mapped = map_table(connection, mapping, MappedTable(USERS, given), set())
    assert mapped.faults == []
    query = select_from(mapped.relation)
    with connection.cursor(row_factory=dict_row) as cursor:
        (row,) = cursor.execute(query).fetchall()
    found = row[column]
    assert found is None or isinstance(found, UUID)
    return found


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("17", "17"),
        ("17::bigint", "17"),
        ("'REQ-17'", "REQ-17"),
        ("' REQ-17 '::char(12)", "REQ-17"),
        ("'Ærø – 承認'", "Ærø – 承認"),
        ("'a%b{0}c\\d'", "a%b{0}c\\d"),
    ],
)
def test_a_key_is_the_uuid_of_version_3_of_its_text(
    source: psycopg.Connection, key: str, text: str
) -> None:
    expected = uuid3(find_namespace("users"), text)
    assert convert(source, key) == expected
    assert expected.version == 3


def test_the_uuid_of_a_key_never_changes(source: psycopg.Connection) -> None:
    assert convert(source, "17") == UUID("5169e87d-79f1-3f2b-bb6b-b1b1e852db14")


def test_a_reference_has_the_key_of_what_it_refers_to(source: psycopg.Connection) -> None:
    assert convert(source, "17", "reporting_manager_id") == convert(source, "'17'::varchar")


def test_sources_in_namespaces_of_their_own_share_no_keys(source: psycopg.Connection) -> None:
    one, other = convert(source, "17", namespace="one"), convert(source, "17", namespace="other")
    assert len({one, other, convert(source, "17")}) == 3


@pytest.mark.parametrize("key", [f"'{KEPT}'", f"'{KEPT.upper()}'", f"'{KEPT}'::uuid"])
def test_a_uuid_stands_for_itself(source: psycopg.Connection, key: str) -> None:
    assert convert(source, key) == UUID(KEPT)


@pytest.mark.parametrize("key", ["null", "null::integer", "''", "'  '"])
def test_no_key_stays_none(source: psycopg.Connection, key: str) -> None:
    assert convert(source, key, "reporting_manager_id") is None


def test_many_keys_have_as_many_uuids(source: psycopg.Connection) -> None:
    given = TableMapping.model_validate(
        {
            "query": "select number from generate_series(1, 100000) as numbers (number)",
            "columns": {"user_id": "number"} | OTHERS,
        }
    )
    mapped = map_table(
        source,
        Mapping.model_validate({"tables": {"users": given}}),
        MappedTable(USERS, given),
        set(),
    )
    keys = {row[0] for row in source.execute(select_from(mapped.relation))}
    assert len(keys) == 100_000
