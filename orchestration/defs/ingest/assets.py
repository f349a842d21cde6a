"""The landed tables: one multi-asset that loads a bundle and settles it."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from ingestion.contract import TABLES
from ingestion.load import TableResult
from orchestration.defs.resources import DatabaseResource
from orchestration.defs.transform.freshness import source_freshness
from orchestration.defs.transform.sources import describe_table
from orchestration.loading import load_and_settle

GROUP = "landed"


class BundleConfig(dg.Config):
    """Which bundle to load: a folder with one file for each table."""

    directory: str


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
    """Load a bundle, quarantine what breaks the contract, record what its levels crossed."""
    settled = load_and_settle(database.open(), Path(config.directory))
    context.log.info(
        f"{settled.load.loaded} rows loaded, {settled.load.quarantined} quarantined, "
        f"{settled.ticks.alerts_recorded} alerts recorded."
    )
    for warning in settled.load.warnings:
        context.log.warning(warning)
    results = {result.table: result for result in settled.load.tables}
    for table in TABLES:
        found = results.get(table.name)
        yield dg.MaterializeResult(
            landed_key(table.name), metadata=describe_result(found) if found else {}
        )


landing_job = dg.define_asset_job(
    "landing_job",
    # dbt is not started for a load: the sources' age is asked on a schedule.
    selection=dg.AssetSelection.assets(landed_tables) - dg.AssetSelection.checks(source_freshness),
    description="Load a bundle: give its folder as ops.landed_tables.config.directory.",
)
