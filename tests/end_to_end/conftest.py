"""An installation of its own for each module: a home, a server and the `tat` command."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from database.server import EmbeddedServer

CHECKOUT = Path(__file__).resolve().parents[2]
TAT = Path(sys.executable).with_name("tat")


@dataclass(frozen=True)
class Installation:
    """A home folder and the environment in which `tat` runs."""

    home: Path
    environment: dict[str, str]

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `tat` with these arguments, to its end."""
        done = subprocess.run(
            [str(TAT), *arguments],
            cwd=CHECKOUT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=420,
            check=False,
        )
        if check and done.returncode != 0:
            pytest.fail(f"tat {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
        return done

    def query(self, sql: str) -> list[dict[str, Any]]:
        """The rows of one statement, asked as an analyst."""
        return json.loads(self.run("query", sql, "--format", "json").stdout)


def build_environment(home: Path, **settings: str) -> dict[str, str]:
    """The machine's environment without its own TAT_ settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TAT_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "TAT_HOME": str(home), "DO_NOT_TRACK": "1", "COLUMNS": "160", **settings}


@pytest.fixture(scope="module")
def installation(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    parsed_project: None,
) -> Iterator[Installation]:
    """A fresh home; whatever runs in it is stopped afterwards.

    A module sets `SETTINGS`, a dict of TAT_ variables, to seed it differently.
    """
    home = tmp_path_factory.mktemp("home")
    settings = getattr(request.module, "SETTINGS", {})
    try:
        yield Installation(home, build_environment(home, **settings))
    finally:
        EmbeddedServer(home).stop()
