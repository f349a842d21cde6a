"""Dagster beside the product: its environment, its web server and its jobs."""

import contextlib
import getpass
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from database.children import environment_for_children
from database.connect import Database
from database.settings import Settings
from ingestion.load import LoadReport
from orchestration.paths import (
    CHECKOUT,
    DAGSTER_YAML,
    DBT_EXECUTABLE,
    DBT_MANIFEST,
    DBT_PROJECT_DIR,
    LIVE_TARGET,
    list_project_paths,
)

HOST = "127.0.0.1"
DEFAULT_PORT = 3000
STOP_SECONDS = 20
# The variable that hands the address of Dagster's own tables on.
STORAGE_URL = "DAGSTER_PG_URL"
# What has dbt build the live schemas.
LIVE = {"DBT_TARGET": LIVE_TARGET, "DBT_TARGET_PATH": str(DBT_MANIFEST.parent)}
LOCATIONS_QUERY = """
{ workspaceOrError { ... on Workspace {
  locationEntries { locationOrLoadError { __typename } } } } }
"""


class DagsterError(RuntimeError):
    """Dagster could not be started or ended with a failure."""


def prepare_dagster_home(settings: Settings) -> Path:
    """Lay the checkout's dagster.yaml where Dagster keeps its files; return that folder."""
    home = settings.home / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DAGSTER_YAML, home / "dagster.yaml")
    return home


def build_environment(settings: Settings, database: Database) -> dict[str, str]:
    """The environment of Dagster's and dbt's processes: database, target, storage, libraries."""
    home = prepare_dagster_home(settings)
    environment = {
        **os.environ,
        **environment_for_children(database),
        "TAT_HOME": str(settings.home),
        "DAGSTER_HOME": str(home),
        STORAGE_URL: build_storage_url(database),
        "DBT_PROFILES_DIR": str(DBT_PROJECT_DIR),
        **LIVE,
        "GX_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    # dagster-dbt looks for dbt on the PATH; the environment need not be activated.
    environment["PATH"] = os.pathsep.join([str(DBT_EXECUTABLE.parent), os.environ.get("PATH", "")])
    # Without compiled modules every process starts two to three times slower.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def build_own_environment(settings: Settings, database: Database) -> dict[str, str]:
    """That of who builds for themselves: dbt's other target, under the name of their login."""
    environment = build_environment(settings, database)
    # A login of a container may have no name: the project then says which variable wants one.
    with contextlib.suppress(OSError, KeyError):
        environment.setdefault("TAT_DEV_NAME", getpass.getuser())
    return {name: value for name, value in environment.items() if name not in LIVE}


def build_storage_url(database: Database) -> str:
    """The address of Dagster's own tables: the schema `dagster` of the same database."""
    parameters = dict(database.parameters)
    options = f"{parameters.pop('options', '')} -c search_path=dagster".strip()
    scoped = replace(database, parameters=(*parameters.items(), ("options", options)))
    return scoped.url("tat_engine")


def prepare_manifest(environment: Mapping[str, str]) -> None:
    """Parse the dbt project where its manifest is missing or older than a file or folder of it.

    Raises DagsterError with dbt's words when it does not parse.
    """
    newest = max(path.stat().st_mtime for path in list_project_paths())
    if DBT_MANIFEST.exists() and DBT_MANIFEST.stat().st_mtime > newest:
        return
    command = [str(DBT_EXECUTABLE), "parse", "--quiet", "--project-dir", str(DBT_PROJECT_DIR)]
    command += ["--profiles-dir", str(DBT_PROJECT_DIR)]
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        env={**environment, **LIVE},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise DagsterError(f"The dbt project does not parse:\n{done.stdout}{done.stderr}")


def run_job(job: str, environment: Mapping[str, str], landed: LoadReport | None = None) -> None:
    """Run one Dagster job to its end, as a run that the UI shows; tell it what has just landed.

    Raises DagsterError with the end of its output when the run fails.
    """
    tables = [asdict(table) for table in landed.tables] if landed else []
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.job_runner", job],
        input=json.dumps(tables),
        cwd=CHECKOUT,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
        raise DagsterError(f"The job {job} failed. The end of its output:\n{tail}")


def choose_port(preferred: int) -> int:
    """`preferred` if it is free on loopback, else a free one."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DagsterError("No free port was found on 127.0.0.1.")


def start_dagster(environment: Mapping[str, str], port: int, log: Path) -> subprocess.Popen[bytes]:
    """Start web server and daemon in a process group of their own, output to `log`."""
    command = [sys.executable, "-m", "orchestration.ui.dev", "--host", HOST, "--port", str(port)]
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=restore_signals,
        )


def restore_signals() -> None:
    """Undo ignored signals that some shells hand to background processes."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def wait_for_dagster(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return once the web server has loaded the definitions.

    Raises DagsterError if it ends, stays silent for 120 s or cannot load them.
    """
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise DagsterError(f"Dagster ended while starting; see {log}.")
        try:
            check_definitions(ask_dagster(port), log)
            return
        except OSError:
            time.sleep(0.3)
    raise DagsterError(f"Dagster did not answer within 120 s; see {log}.")


def ask_dagster(port: int) -> list[str]:
    """The GraphQL type of each code location; raises OSError until the web server answers."""
    request = urllib.request.Request(
        f"http://{HOST}:{port}/graphql",
        data=json.dumps({"query": LOCATIONS_QUERY}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        answer = json.load(response)
    entries = answer["data"]["workspaceOrError"]["locationEntries"]
    return [entry["locationOrLoadError"]["__typename"] for entry in entries]


def check_definitions(locations: list[str], log: Path) -> None:
    """Raise DagsterError unless every code location is loaded."""
    if not locations or any(location != "RepositoryLocation" for location in locations):
        raise DagsterError(f"Dagster could not load the definitions; see {log}.")


def stop_dagster(process: subprocess.Popen[bytes]) -> None:
    """Ask Dagster to stop; after 20 s end its whole process group."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()
