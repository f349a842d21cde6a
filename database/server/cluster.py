"""The data directory: made once, in one piece, and configured anew at every start."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from database.server.account import Account, check_access
from database.server.binaries import Binaries
from database.server.errors import ServerError
from database.server.files import LOOPBACK, ServerFiles, make_secret, read_text, write_file

SUPERUSER = "postgres"
UNFINISHED = "data.new-"
CONFIGURATION = "turnaround.conf"
SMALL_SHARED_MEMORY = 1 << 30
CONTAINER_MEMORY = Path("/sys/fs/cgroup/memory.max")
SMALLEST_CACHE_MB, LARGEST_CACHE_MB = 256, 4096

# For a developer's machine that has other work to do. `alter system` overrides all of it.
TUNING = {
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "idle_in_transaction_session_timeout": "10min",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
# For tests only: a crash of the machine may lose the cluster.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def read_major(files: ServerFiles) -> int | None:
    """The major version that made the data directory; None while there is none."""
    version = read_text(files.data / "PG_VERSION")
    return int(version) if version else None


def read_superuser_password(files: ServerFiles) -> str:
    """Return the superuser's password; raises ServerError when its file is gone."""
    password = read_text(files.secret(SUPERUSER))
    if password is None:
        raise ServerError(
            f"The password of the embedded PostgreSQL, {files.secret(SUPERUSER)}, is missing. "
            f"Restore the file, or remove {files.root} to start with an empty database."
        )
    return password


def create_cluster(
    files: ServerFiles, binaries: Binaries, account: Account, *, durable: bool
) -> None:
    """Make the data directory if there is none; the caller holds the start lock.

    The work is done in a folder beside it and renamed, so that being killed leaves nothing
    that a later start could take for a cluster.
    """
    for remains in files.root.glob(f"{UNFINISHED}*"):
        shutil.rmtree(remains)
    if read_major(files) is not None:
        return
    if files.data.exists() and any(files.data.iterdir()):
        raise ServerError(f"{files.data} holds files but no PostgreSQL cluster; move it away.")
    if read_text(files.secret(SUPERUSER)) is None:
        write_file(files.secret(SUPERUSER), make_secret())
    workplace = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=files.root))
    initialise(workplace, read_superuser_password(files), binaries, account, durable=durable)
    (workplace / "password").unlink()
    (workplace / "data").rename(files.data)
    workplace.rmdir()


def initialise(
    workplace: Path, password: str, binaries: Binaries, account: Account, *, durable: bool
) -> None:
    """Run initdb in `workplace/data`, with the first locale that works."""
    write_file(workplace / "password", password)
    account.give(workplace)
    os.chown(workplace / "password", account.uid, account.gid)
    check_access(account, workplace)
    answers = []
    syncing = [] if durable else ["--no-sync"]
    for locale in list_locales(binaries):
        answer = run_initdb(workplace, [*locale, *syncing], binaries, account)
        if answer.returncode == 0:
            with (workplace / "data" / "postgresql.conf").open("a") as configuration:
                configuration.write(f"include '{CONFIGURATION}'\n")
            return
        answers.append(answer.stderr.strip())
        shutil.rmtree(workplace / "data", ignore_errors=True)
    raise ServerError("PostgreSQL could not create its data directory:\n" + "\n".join(answers))


def list_locales(binaries: Binaries) -> list[list[str]]:
    """Locale options to try: what sorts the same on every machine first."""
    if binaries.major >= 17:
        return [["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]]
    return [["--locale=C.UTF-8"], ["--locale=C"]]


def run_initdb(
    workplace: Path, options: list[str], binaries: Binaries, account: Account
) -> subprocess.CompletedProcess[str]:
    """Make a cluster that wants a SCRAM password from everyone."""
    command = [
        *account.prefix,
        binaries.program("initdb"),
        f"--pgdata={workplace / 'data'}",
        f"--username={SUPERUSER}",
        f"--pwfile={workplace / 'password'}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        *options,
    ]
    return subprocess.run(command, capture_output=True, text=True, env=clean_environment())


def configure(files: ServerFiles, binaries: Binaries, account: Account, *, durable: bool) -> None:
    """Write the product's part of the configuration; what `alter system` set stays stronger."""
    options = TUNING | size_caches(read_memory())
    if binaries.has_library("pg_stat_statements"):
        options["shared_preload_libraries"] = "pg_stat_statements"
    if has_small_shared_memory():
        options["dynamic_shared_memory_type"] = "mmap"
    if not durable:
        options |= NOT_DURABLE
    lines = [f"{name} = '{value}'" for name, value in options.items()]
    write_file(files.data / CONFIGURATION, "\n".join(lines) + "\n")
    os.chown(files.data / CONFIGURATION, account.uid, account.gid)


def size_caches(memory: int) -> dict[str, str]:
    """An eighth of `memory` bytes for PostgreSQL's own cache, from 256 MB to 4 GB.

    It is taken as it fills. A table larger than a quarter of it is never cached by a scan: a tenth
    was too little for the levels of a million requests. What the machine caches besides is
    guessed at a sixth of its memory.
    """
    own = min(max(memory // 8 >> 20, SMALLEST_CACHE_MB), LARGEST_CACHE_MB)
    cached = max(memory // 6 >> 20, own)
    return {"shared_buffers": f"{own}MB", "effective_cache_size": f"{cached}MB"}


def read_memory() -> int:
    """The memory of this machine in bytes, or of the container that this process lives in."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = read_text(CONTAINER_MEMORY)
    return min(memory, int(limit)) if limit and limit.strip().isdigit() else memory


def has_small_shared_memory() -> bool:
    """Whether /dev/shm is as small as in a default container, where parallel queries fill it."""
    shared = Path("/dev/shm")
    return shared.exists() and shutil.disk_usage(shared).total < SMALL_SHARED_MEMORY


def compose_options(port: int) -> str:
    """The server's options: on the loopback address only, and without a socket file, whose path
    may be at most 107 bytes long."""
    return f"-p {port} -c listen_addresses={LOOPBACK} -c unix_socket_directories="


def clean_environment() -> dict[str, str]:
    """The environment without PostgreSQL's own variables, and with untranslated messages."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    for name in ("LC_MESSAGES", "LANGUAGE"):
        kept.pop(name, None)
    return kept | {"LC_ALL": "C"}
