"""dbt as people run it, without the seconds that a process of its own takes to start."""

import io
import os
import subprocess
import warnings
from collections.abc import Mapping, Sequence
from contextlib import chdir, redirect_stdout
from pathlib import Path
from unittest.mock import patch

# In place of the end that a process would be put to.
PATIENCE = "-c statement_timeout=170s -c lock_timeout=170s"


def run_in_process(
    arguments: Sequence[str], project: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run dbt to its end, one run at a time; what it printed and its exit code are a process's."""
    from dbt.cli.main import dbtRunner

    options = f"{environment.get('PGOPTIONS', '')} {PATIENCE}".strip()
    said = io.StringIO()
    with (
        patch.dict(os.environ, {**environment, "PGOPTIONS": options}, clear=True),
        chdir(project),
        redirect_stdout(said),
        warnings.catch_warnings(),
    ):
        # Libraries warn of what they use in each other.
        warnings.simplefilter("ignore")
        result = dbtRunner().invoke(["--no-use-colors", "--log-level-file", "none", *arguments])
    failure = "" if result.exception is None else str(result.exception)
    return subprocess.CompletedProcess(
        list(arguments), 0 if result.success else 1, said.getvalue(), failure
    )
