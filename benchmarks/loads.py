"""What loading a bundle costs, beside a bare COPY of the same rows."""

import gzip
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.population import BASE, Progress
from database.connect import Database, connect
from ingestion.load import load_bundle
from ingestion.simulator import simulate_bundle

CHUNK = 1 << 20


@dataclass(frozen=True)
class LoadFigures:
    """Rows a second: the first load, the same bundle again (nothing changes), and bare COPY."""

    rows: int
    load_rows_per_second: float
    reload_rows_per_second: float
    copy_rows_per_second: float

    @property
    def copy_per_load(self) -> float:
        """How many times faster the bare COPY is than the first load."""
        return self.copy_rows_per_second / self.load_rows_per_second


class IncompleteLoadError(RuntimeError):
    """The load did not land every simulated row."""


def measure_load(
    database: Database, directory: Path, requests: int, progress: Progress
) -> LoadFigures:
    """Simulate a bundle of so many requests and load it into a fresh database."""
    progress(f"simulate {requests:,} requests")
    counts = simulate_bundle(directory, requests=requests, ends_at=BASE)
    rows = sum(counts.values())
    progress(f"COPY {rows:,} rows")
    copy_seconds = time_copy(database, directory)
    progress(f"load {rows:,} rows")
    load_seconds = time_load(database, directory, rows)
    progress(f"load {rows:,} rows again")
    reload_seconds = time_load(database, directory, 0)
    return LoadFigures(rows, rows / load_seconds, rows / reload_seconds, rows / copy_seconds)


def time_load(database: Database, directory: Path, expected: int) -> float:
    """Load the bundle; return the seconds it took."""
    with connect(database, "tat_ingest", autocommit=True) as connection:
        started = time.perf_counter()
        report = load_bundle(connection, directory)
        elapsed = time.perf_counter() - started
    if report.loaded != expected:
        raise IncompleteLoadError(f"{report.loaded:,} rows were loaded, not {expected:,}.")
    return elapsed


def time_copy(database: Database, directory: Path) -> float:
    """COPY every file into bare tables, without keys and indexes; return the seconds it took."""
    with connect(database, "tat_owner", autocommit=True) as connection:
        started = time.perf_counter()
        with connection.transaction(force_rollback=True):
            for path in sorted(directory.glob("*.csv.gz")):
                copy_file(connection, path)
        return time.perf_counter() - started


def copy_file(connection: psycopg.Connection, path: Path) -> None:
    """COPY one file into a table of text columns of its own."""
    with gzip.open(path, "rb") as lines:
        columns = lines.readline().decode().strip().split(",")
        table = sql.Identifier("bare_" + path.name.removesuffix(".csv.gz"))
        names = [sql.Identifier(column) for column in columns]
        definition = sql.SQL(", ").join(sql.SQL("{} text").format(name) for name in names)
        connection.execute(sql.SQL("create table tat.{} ({})").format(table, definition))
        statement = sql.SQL("copy tat.{} from stdin (format csv)").format(table)
        with connection.cursor().copy(statement) as copy:
            while chunk := lines.read(CHUNK):
                copy.write(chunk)
