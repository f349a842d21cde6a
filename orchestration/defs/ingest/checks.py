"""What must hold of the loaded tables, validated by Great Expectations: one check for each."""

from collections.abc import Iterator

import dagster as dg

from ingestion.contract import TABLES
from ingestion.expectations import (
    Expectation,
    ExpectationOutcome,
    list_expectations,
    validate_table,
)
from orchestration.defs.ingest.assets import landed_key
from orchestration.defs.resources import DatabaseResource
from orchestration.defs.telling import described

SEVERITIES = {
    "critical": dg.AssetCheckSeverity.ERROR,
    "warning": dg.AssetCheckSeverity.WARN,
}


def describe_check(table: str, expectation: Expectation) -> dg.AssetCheckSpec:
    """An expectation of a table as an asset check."""
    return dg.AssetCheckSpec(
        expectation.name,
        asset=landed_key(table),
        description=expectation.sentence,
    )


def report_outcome(table: str, outcome: ExpectationOutcome) -> dg.AssetCheckResult:
    """What Great Expectations found, as a check result."""
    return dg.AssetCheckResult(
        asset_key=landed_key(table),
        check_name=outcome.name,
        passed=outcome.passed,
        severity=SEVERITIES[outcome.severity],
        description=outcome.sentence,
        metadata={
            "unexpected_count": outcome.unexpected_count,
            "details": dg.MetadataValue.json(outcome.details),
        },
    )


def build_table_checks(table: str) -> dg.AssetChecksDefinition:
    """All checks of one table; they run together, in one validation."""

    @dg.multi_asset_check(
        name=f"{table}_expectations",
        specs=[describe_check(table, expectation) for expectation in list_expectations(table)],
    )
    def check_table(database: DatabaseResource) -> Iterator[dg.AssetCheckResult]:
        url = database.open().url("tat_engine")
        for outcome in validate_table(url, "workflow", table):
            yield report_outcome(table, outcome)

    return check_table


landed_table_checks = [build_table_checks(table.name) for table in TABLES]

landed_checks_job = dg.define_asset_job(
    "landed_checks_job",
    selection=dg.AssetSelection.checks(*landed_table_checks),
    description="Validate every loaded table with Great Expectations.",
)


@described(
    dg.schedule,
    job=landed_checks_job,
    cron_schedule="0 * * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def hourly_landed_checks_schedule() -> dg.RunRequest:
    """Validate the loaded tables every hour, whoever wrote them."""
    return dg.RunRequest()
