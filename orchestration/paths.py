"""Where the parts of the checkout are."""

import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
DBT_PROJECT_DIR = CHECKOUT / "dbt_project"
DBT_MANIFEST = DBT_PROJECT_DIR / "target" / "manifest.json"
DAGSTER_YAML = CHECKOUT / "dagster.yaml"
# The environment need not be activated: dbt stands beside the Python that runs.
DBT_EXECUTABLE = Path(sys.executable).with_name("dbt")
