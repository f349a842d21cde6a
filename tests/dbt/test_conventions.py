"""The conventions of our own that dbt-bouncer checks: each one notices what it is for."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.dbt.warehouse import DBT, PROJECT, Warehouse

BOUNCER = DBT.with_name("dbt-bouncer")
CHECKS = (
    "check_model_belongs_to_group",
    "check_source_owner_is_group",
    "check_exposure_owner_is_group",
    "check_source_columns_described",
    "check_dispatching_macro_described",
    "check_stored_model_says_so",
)


def break_conventions(manifest: dict[str, Any]) -> None:
    """Take the owners, words and storage away from one node of each kind."""
    manifest["nodes"]["model.turnaround.vw_tat_compliance"]["group"] = None
    source = manifest["sources"]["source.turnaround.workflow.users"]
    source["meta"]["owner"] = source["config"]["meta"]["owner"] = "nobody"
    source["columns"]["email"]["description"] = ""
    manifest["exposures"]["exposure.turnaround.kpi_dashboards"]["owner"]["name"] = "Nobody"
    manifest["macros"]["macro.turnaround.local_day"]["description"] = ""
    manifest["nodes"]["model.turnaround.int_levels_stored"]["config"]["materialized"] = "table"


def run_bouncer(manifest: dict[str, Any], folder: Path) -> subprocess.CompletedProcess[str]:
    """dbt-bouncer on a manifest, with the conventions of our own alone."""
    (folder / "manifest.json").write_text(json.dumps(manifest))
    config = {
        "dbt_artifacts_dir": str(folder),
        "custom_checks_dir": str(PROJECT / "conventions"),
        "manifest_checks": [{"name": check} for check in CHECKS],
    }
    (folder / "dbt-bouncer.yml").write_text(yaml.safe_dump(config))
    return subprocess.run(
        [str(BOUNCER), "run", "--config-file", "dbt-bouncer.yml", "--output-file", "found.json"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def manifest(warehouse: Warehouse) -> dict[str, Any]:
    return dict(json.loads((warehouse.target / "manifest.json").read_text()))


def test_the_project_keeps_them(manifest: dict[str, Any], tmp_path: Path) -> None:
    done = run_bouncer(manifest, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_notices_what_it_is_for(manifest: dict[str, Any], tmp_path: Path) -> None:
    break_conventions(manifest)
    done = run_bouncer(manifest, tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    found = json.loads((tmp_path / "found.json").read_text())
    failed = {
        result["check_run_id"].split(":")[0] for result in found if result["outcome"] == "failed"
    }
    assert failed == set(CHECKS)
