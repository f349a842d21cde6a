"""What Dagster loads: everything under `orchestration/defs`."""

import os
from pathlib import Path

import dagster as dg

from orchestration.dagster_process import prepare_manifest


@dg.definitions
def defs() -> dg.Definitions:
    """Every asset, check, sensor, schedule and job of Turnaround."""
    prepare_manifest(os.environ)
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
