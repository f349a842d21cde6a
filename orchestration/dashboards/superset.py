"""Superset beside the product: its files, its environment, its web server on loopback."""

import hashlib
import json
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from database.connect import Database
from database.server.files import hold_lock, make_secret, read_text, write_file
from database.settings import Settings
from orchestration.dagster_process import HOST, choose_port, restore_signals
from orchestration.paths import CHECKOUT
from orchestration.reading import fetch_rows

PYTHON = CHECKOUT / ".venv-bi" / "bin" / "python"
FOLDER = CHECKOUT / "dashboards"
ASSETS = FOLDER / "assets"
CONFIGURATION = FOLDER / "superset" / "superset_config.py"
SET_UP = FOLDER / "superset" / "set_up.py"
# The versions that are installed, beside which Superset's own tables are of another form.
PINS = FOLDER / "constraints.txt"
DEFAULT_PORT = 8088
LOGIN = "admin"
START_SECONDS, STOP_SECONDS = 120, 20
# Pages of Superset ask for a dozen charts at once, which mostly wait for the database.
SERVER = ("--workers", "1", "--worker-class", "gthread", "--threads", "12", "--timeout", "300")


class SupersetError(ValueError):
    """Superset is not installed, could not be set up, or did not start."""


@dataclass(frozen=True)
class SupersetFiles:
    """What a home keeps of Superset, readable by its owner alone."""

    root: Path

    @property
    def password(self) -> Path:
        """The administrator's password."""
        return self.root / "password"

    @property
    def secret_key(self) -> Path:
        """What signs sessions."""
        return self.root / "secret_key"

    @property
    def imported(self) -> Path:
        """The digest of what was imported last."""
        return self.root / "imported"

    @property
    def process(self) -> Path:
        """The server's process, port and the digest of what it was started with."""
        return self.root / "process"

    @property
    def log(self) -> Path:
        """What the set-up and the server say."""
        return self.root / "superset.log"

    @property
    def lock(self) -> Path:
        """Held while Superset is set up, started or stopped."""
        return self.root / "lock"


@dataclass(frozen=True)
class Served:
    """A running server: its process, when that began, its port, and what it was started with."""

    pid: int
    began: float
    port: int
    digest: str

    @property
    def url(self) -> str:
        """Where the first dashboard is."""
        return f"http://{HOST}:{self.port}/superset/dashboard/overview/"


def find_files(settings: Settings) -> SupersetFiles:
    """Where this home keeps Superset's files."""
    return SupersetFiles(settings.home / "superset")


def start_superset(settings: Settings, database: Database, bi_url: str, port: int) -> Served:
    """Set Superset up, import the assets and serve them; what is done already is left as it is.

    `bi_url` is the address of the read-only login. Raises SupersetError.
    """
    if not PYTHON.exists():
        raise SupersetError("Superset is not installed: run `make bi`.")
    files = find_files(settings)
    files.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with hold_lock(files.lock):
        for path in (files.password, files.secret_key):
            if read_text(path) is None:
                write_file(path, make_secret())
        environment = build_environment(settings, database, files, bi_url)
        digest = digest_start(environment)
        served = find_served(files)
        if served and served.digest == digest and read_text(files.imported) == digest_assets():
            return served
        stop_server(files)
        import_assets(files, environment)
        return serve(files, environment, choose_port(port), digest)


def build_environment(
    settings: Settings, database: Database, files: SupersetFiles, bi_url: str
) -> dict[str, str]:
    """The environment of Superset's processes: its files, the database, and the zone of days."""
    (present,) = fetch_rows(database, "read_local_day")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TAT_")}
    return kept | {
        "SUPERSET_HOME": str(files.root),
        "SUPERSET_CONFIG_PATH": str(CONFIGURATION),
        "FLASK_APP": "superset.app:create_app()",
        "TAT_BI_URL": bi_url,
        "TAT_BI_REQUEST_URL": find_request_url(settings),
        # "Today" of the date filter is the local day of the views.
        "TZ": present["time_zone"],
    }


def find_request_url(settings: Settings) -> str:
    """The address of a request's page: the app's, else the request screen's, else empty."""
    if settings.request_url is None and settings.screen_url:
        return settings.screen_url + "/requests/{request_number}"
    return settings.request_url or ""


def digest_start(environment: Mapping[str, str]) -> str:
    """What the server was started with, of which a change needs another start."""
    own = sorted((name, value) for name, value in environment.items() if name.startswith("TAT_"))
    text = json.dumps([own, environment["TZ"], CONFIGURATION.read_text(), PINS.read_text()])
    return hashlib.sha256(text.encode()).hexdigest()


def digest_assets() -> str:
    """What is imported, and by which versions."""
    digest = hashlib.sha256()
    for path in (PINS, SET_UP, *sorted(ASSETS.rglob("*.yaml"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def import_assets(files: SupersetFiles, environment: Mapping[str, str]) -> None:
    """Bring Superset's tables up to date and import the assets, where either changed."""
    digest = digest_assets()
    if read_text(files.imported) == digest:
        return
    with files.log.open("wb") as output:
        done = subprocess.run(
            [str(PYTHON), str(SET_UP), str(ASSETS)],
            input=files.password.read_bytes(),
            cwd=files.root,
            env=dict(environment),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        raise SupersetError(f"Superset could not be set up; see {files.log}.")
    write_file(files.imported, digest)


def serve(files: SupersetFiles, environment: Mapping[str, str], port: int, digest: str) -> Served:
    """Start the server in the background and wait until it answers."""
    command = [str(PYTHON), "-m", "gunicorn", "--no-control-socket", *SERVER]
    command += ["--bind", f"{HOST}:{port}", environment["FLASK_APP"]]
    with files.log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=files.root,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=restore_signals,
        )
    began = psutil.Process(process.pid).create_time()
    served = Served(process.pid, began, port, digest)
    write_file(files.process, json.dumps([served.pid, served.began, served.port, served.digest]))
    wait_for_answer(process, port, files)
    return served


def wait_for_answer(process: subprocess.Popen[bytes], port: int, files: SupersetFiles) -> None:
    """Return once the server answers. Raises SupersetError if it ends or stays silent."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/health", timeout=10):
                return
        except OSError:
            time.sleep(0.3)
    stop_server(files)
    raise SupersetError(f"Superset did not start; see {files.log}.")


def find_served(files: SupersetFiles) -> Served | None:
    """The server that runs, or None; a process that only has its number is another's."""
    text = read_text(files.process)
    if text is None:
        return None
    served = Served(*json.loads(text))
    try:
        began = psutil.Process(served.pid).create_time()
    except psutil.NoSuchProcess:
        return None
    return served if began == served.began else None


def stop_superset(settings: Settings) -> bool:
    """Stop the server; return whether one ran. Dashboards and settings stay."""
    files = find_files(settings)
    if not files.root.is_dir():
        return False
    with hold_lock(files.lock):
        return stop_server(files)


def stop_server(files: SupersetFiles) -> bool:
    """Stop the server and its workers."""
    served = find_served(files)
    if served is not None:
        processes = list(list_processes(served.pid))
        processes[0].send_signal(signal.SIGTERM)
        _, left = psutil.wait_procs(processes, STOP_SECONDS)
        for process in left:
            process.kill()
    files.process.unlink(missing_ok=True)
    return served is not None


def list_processes(pid: int) -> Iterator[psutil.Process]:
    """A process, then its children."""
    process = psutil.Process(pid)
    yield process
    yield from process.children(recursive=True)
