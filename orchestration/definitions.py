"""What Dagster loads: everything under `orchestration/defs`."""

from pathlib import Path

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    """Every asset, check, sensor, schedule and job of Turnaround."""
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
