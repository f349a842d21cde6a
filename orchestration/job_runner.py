"""Run one Dagster job to its end in this process: `python -m orchestration.job_runner JOB`.

Dagster's own `job execute` loads the definitions twice; this loads them once. Standard input
may hold what a load outside of Dagster landed: a JSON list of its tables' counts.
"""

import json
import sys
from collections.abc import Iterable

import dagster as dg

from ingestion.load import TableResult
from orchestration.definitions import defs
from orchestration.defs.ingest.assets import describe_result, landed_key


def report_landed(instance: dg.DagsterInstance, results: Iterable[TableResult]) -> None:
    """Tell the asset graph what landed."""
    for result in results:
        instance.report_runless_asset_event(
            dg.AssetMaterialization(landed_key(result.table), metadata=describe_result(result))
        )


def run_job_here(name: str, landed: str) -> bool:
    """Run the job on the instance of DAGSTER_HOME, as a run that the UI shows; return success."""
    job = defs().resolve_job_def(name)
    with dg.DagsterInstance.get() as instance:
        report_landed(instance, (TableResult(**counts) for counts in json.loads(landed or "[]")))
        return job.execute_in_process(instance=instance, raise_on_error=False).success


if __name__ == "__main__":
    sys.exit(0 if run_job_here(sys.argv[1], sys.stdin.read()) else 1)
