"""Building the dbt models for `tat up`: as a Dagster run."""

from database.connect import Database
from database.settings import Settings
from ingestion.load import LoadReport
from orchestration.dagster_process import build_environment, prepare_manifest, run_job
from orchestration.warehouse.daily import describe_days


def build_models(settings: Settings, database: Database, landed: LoadReport | None) -> None:
    """Build and test the dbt models as a Dagster run, so that the UI shows it.

    Raises DagsterError with dbt's words when a model or a test fails.
    """
    environment = build_environment(settings, database) | describe_days(database)
    prepare_manifest(environment)
    run_job("warehouse_job", environment, landed)
