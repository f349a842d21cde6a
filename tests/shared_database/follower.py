"""A follower in a process of its own, which goes on until it is killed."""

import sys

import psycopg

from ingestion.following.adopting import list_captures, read_adoption
from ingestion.following.follow import follow_source
from ingestion.following.tables import read_contract_tables
from tests.shared_database.app import SCHEMA


def main(ingest: str, login: str) -> None:
    """Follow the app's tables, round after round, and say so when the first round is through."""
    tables = read_contract_tables(SCHEMA)
    with psycopg.connect(ingest, autocommit=True) as warehouse:
        adoption = read_adoption(warehouse)
        assert adoption is not None
        captures = list_captures(adoption, tables)
        while True:
            follow_source(warehouse, login, tables, captures=captures, seconds=60)
            sys.stdout.write("round\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
