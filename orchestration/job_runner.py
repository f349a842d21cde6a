"""Run one Dagster job to its end in this process: `python -m orchestration.job_runner JOB`.

Dagster's own `job execute` loads the definitions twice; this loads them once.
"""

import sys

import dagster as dg

from orchestration.definitions import defs


def run_job_here(name: str) -> bool:
    """Run the job on the instance of DAGSTER_HOME, as a run that the UI shows; return success."""
    job = defs().resolve_job_def(name)
    with dg.DagsterInstance.get() as instance:
        return job.execute_in_process(instance=instance, raise_on_error=False).success


if __name__ == "__main__":
    sys.exit(0 if run_job_here(sys.argv[1]) else 1)
