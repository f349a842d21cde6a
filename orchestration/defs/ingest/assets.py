"""The landed tables: one multi-asset that loads a bundle and settles it."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import psycopg
from psycopg import sql
from pydantic import Field

from database.statements import fetch
from ingestion.contract import TABLES
from ingestion.load import TableResult
from orchestration.defs.failing import explain_errors
from orchestration.defs.resources import DatabaseResource
from orchestration.defs.transform.freshness import source_freshness
from orchestration.defs.transform.sources import describe_table
from orchestration.loading import SettledLoad, load_and_settle

GROUP = "landed"


class BundleConfig(dg.Config):
    """Which bundle to load."""

    directory: str | None = Field(
        default=None,
        description=(
            "A folder with one file for each table. Without it nothing is loaded, and what is in"
            " the tables already is processed."
        ),
    )
    accept_bad: bool = Field(
        default=False,
        description=(
            "Load the good rows of a bundle that is refused since too many rows are bad; these go"
            " to quarantine."
        ),
    )


def landed_key(table: str) -> dg.AssetKey:
    """The asset key of a landed table, the same as its dbt source's."""
    return dg.AssetKey(["workflow", table])


def describe_landed_table(table: str) -> dg.AssetSpec:
    """The asset of one table of the source contract."""
    return describe_table(
        *landed_key(table).path,
        group_name=GROUP,
        owners=["team:approval_app_team"],
        kinds={"postgres", "python"},
        description=f"{table} as landed from bundles or written by the approval app.",
    )


def describe_result(result: TableResult) -> dict[str, int | str]:
    """The counts of one table's load, its reasons and warnings, as metadata."""
    return {
        "rows_read": result.read,
        "rows_inserted": result.inserted,
        "rows_updated": result.updated,
        "rows_unchanged": result.unchanged,
        "rows_quarantined": result.quarantined,
        "rows_waiting": result.waiting,
        "unknown_columns": ", ".join(result.unknown_columns) or "none",
        "reasons": "; ".join(f"{reason}: {rows}" for reason, rows in result.reasons) or "none",
        "warnings": " ".join(result.warnings) or "none",
    }


@dg.multi_asset(name="landed_tables", specs=[describe_landed_table(table.name) for table in TABLES])
def landed_tables(
    context: dg.AssetExecutionContext, config: BundleConfig, database: DatabaseResource
) -> Iterator[dg.MaterializeResult]:
    """Load a bundle, quarantine what breaks the contract, record what the levels crossed.

    Without a bundle: record what the levels crossed that are there already.
    """
    directory = Path(config.directory) if config.directory else None
    with explain_errors():
        settled = load_and_settle(database.open(), directory, accept_bad=config.accept_bad)
    context.log.info(describe_settled(settled))
    for warning in settled.load.warnings if settled.load else ():
        context.log.warning(warning)
    counted = count_rows(database)
    tables = settled.load.tables if settled.load else ()
    found = {result.table: describe_result(result) for result in tables}
    for table in TABLES:
        metadata = {"dagster/row_count": counted[table.name], **found.get(table.name, {})}
        yield dg.MaterializeResult(landed_key(table.name), metadata=metadata)


def describe_settled(settled: SettledLoad) -> str:
    """One line for the log: what was loaded and what was recorded then."""
    load = settled.load
    loaded = (
        f"{load.loaded} rows loaded, {load.quarantined} quarantined" if load else "No bundle given"
    )
    return f"{loaded}, {settled.ticks.alerts_recorded} alerts recorded."


def count_rows(database: DatabaseResource) -> dict[str, int]:
    """How many rows each landed table has."""
    with database.connect("tat_engine") as connection:
        return {table.name: count_table(connection, table.name) for table in TABLES}


def count_table(connection: psycopg.Connection, table: str) -> int:
    """How many rows one landed table has."""
    query = sql.SQL("select count(*) as rows from {}").format(sql.Identifier("workflow", table))
    (found,) = fetch(connection, query)
    return int(found["rows"])


landing_job = dg.define_asset_job(
    "landing_job",
    # dbt is not started for a load: the sources' age is asked on a schedule.
    selection=dg.AssetSelection.assets(landed_tables) - dg.AssetSelection.checks(source_freshness),
    description=(
        "Load a bundle: give its folder as ops.landed_tables.config.directory. Without, process"
        " what is in the tables."
    ),
)
