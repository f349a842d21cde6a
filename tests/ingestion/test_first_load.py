"""The first load of a database: it checks foreign keys as it commits, and loses none."""

from typing import Any

import psycopg
import pytest

from tests.ingestion.bundles import build_rows
from tests.ingestion.conftest import Load, read_one


def read_references(connection: psycopg.Connection) -> list[Any]:
    """The foreign keys of the source tables, each with whether it was checked."""
    return connection.execute(
        "select conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated "
        "from pg_constraint where contype = 'f' and connamespace = 'workflow'::regnamespace "
        "order by 1, 2"
    ).fetchall()


def test_a_first_load_leaves_every_foreign_key_checked(
    load: Load, ingest: psycopg.Connection
) -> None:
    before = read_references(ingest)
    load(build_rows())
    assert read_references(ingest) == before
    with ingest.transaction():
        assert read_one(ingest, "select tat.suspend_references()") is False


def load_an_orphan(connection: psycopg.Connection) -> None:
    """Do as a first load would that took no orphan out."""
    with connection.transaction():
        assert read_one(connection, "select tat.suspend_references()") is True
        assert read_references(connection) == []
        connection.execute(
            "insert into workflow.work_notes (note_id, request_id, user_id, created_at) "
            "values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now())"
        )


def test_a_first_load_that_broke_a_reference_would_not_commit(ingest: psycopg.Connection) -> None:
    before = read_references(ingest)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        load_an_orphan(ingest)
    assert read_references(ingest) == before
    assert read_one(ingest, "select count(*) from workflow.work_notes") == 0
