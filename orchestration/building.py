"""Building the dbt models for `tat up`: as a Dagster run, and only when something changed."""

import hashlib

from ingestion.database import Database, connect
from ingestion.load import LoadReport
from ingestion.settings import Settings
from ingestion.statements import load_statement
from orchestration.dagster_process import build_environment, prepare_manifest, run_job
from orchestration.paths import DBT_PROJECT_DIR, list_project_files
from orchestration.reading import fetch_rows


def digest_project() -> str:
    """A digest of the dbt project's files and their names."""
    digest = hashlib.sha256()
    for file in list_project_files():
        digest.update(str(file.relative_to(DBT_PROJECT_DIR)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_build_needed(database: Database, landed: LoadReport | None) -> bool:
    """Whether the models or the data changed since this database was last built by `tat up`.

    The views are views: they are true without a build. A build replaces their definitions, runs
    the data tests and refreshes the daily metrics.
    """
    if landed is not None and landed.loaded > 0:
        return True
    rows = fetch_rows(database, "read_built_models")
    return not rows or rows[0]["digest"] != digest_project()


def build_models(settings: Settings, database: Database, landed: LoadReport | None) -> None:
    """Build and test the dbt models as a Dagster run, so that the UI shows it.

    Raises DagsterError with dbt's words when a model or a test fails.
    """
    environment = build_environment(settings, database)
    prepare_manifest(environment)
    digest = digest_project()
    run_job("warehouse_job", environment, landed)
    with connect(database, "tat_owner", autocommit=True) as connection:
        statement = load_statement("orchestration", "remember_built_models")
        connection.execute(statement, {"digest": digest})
