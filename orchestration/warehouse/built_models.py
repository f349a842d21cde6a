"""What the models of a database were built from, and what of them the data tests have seen."""

import hashlib
from typing import Literal

from database.connect import Database, connect
from database.statements import load_statement
from ingestion.load import LoadReport
from orchestration.paths import DBT_PROJECT_DIR, list_project_files
from orchestration.reading import fetch_rows

TestScope = Literal["all", "changed"]

# dbt's unit tests check the code, not the data: they run with the project's tests.
BUILD = ("build", "--exclude-resource-type", "unit_test")
# Read by the dbt project, where a data test takes its rows.
TEST_SCOPE = "TAT_TEST_SCOPE"
# With more of them, one pass over all rows is quicker than looking them up.
LARGEST_SHARE_CHANGED = 0.2


def digest_project() -> str:
    """A digest of the dbt project's files and their names."""
    digest = hashlib.sha256()
    for file in list_project_files():
        digest.update(str(file.relative_to(DBT_PROJECT_DIR)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_build_needed(database: Database, landed: LoadReport | None) -> bool:
    """Whether the models or the data changed since this database was last built.

    The views are views: they are true without a build. A build replaces their definitions, runs
    the data tests and stores what changed.
    """
    if landed is not None and landed.loaded > 0:
        return True
    rows = fetch_rows(database, "read_built_models")
    return rows[0]["digest"] != digest_project()


def choose_test_scope(database: Database) -> TestScope:
    """Which rows a build must test: `all`, or those of requests that `changed` since all passed.

    All where the models, or a table that they store, were made since, or much changed.
    """
    (built,) = fetch_rows(database, "read_built_models")
    is_tested = built["digest"] == digest_project() and built["are_facts_tested"]
    if not is_tested:
        return "all"
    is_small = built["requests_to_test"] <= LARGEST_SHARE_CHANGED * built["requests"]
    return "changed" if is_small else "all"


def remember_built_models(database: Database, digest: str) -> None:
    """Keep the digest of the project whose models were all built and passed every data test."""
    with connect(database, "tat_owner", autocommit=True) as connection:
        statement = load_statement("orchestration", "remember_built_models")
        connection.execute(statement, {"digest": digest})
