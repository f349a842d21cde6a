"""What a built template was made of, as a digest: another input is another template."""

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
# What running leaves behind, beside what is run.
LEFT_BEHIND = {"__pycache__", "target", "logs", ".user.yml"}


def digest_inputs(paths: Iterable[Path], root: Path | None = None) -> str:
    """A digest of all files at or below `paths`, of this day and of all that is installed.

    The day counts, as calendars and ages are built as of now.
    """
    digest = hashlib.sha256(describe_surroundings().encode())
    for file in list_files(paths):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(root or CHECKOUT)} {content}\n".encode())
    return digest.hexdigest()[:16]


def list_files(paths: Iterable[Path]) -> Iterator[Path]:
    """All files at or below `paths`, in a fixed order; raises FileNotFoundError for no file."""
    for path in paths:
        files = [path] if path.is_file() else sorted(path.rglob("*"))
        kept = [file for file in files if file.is_file() and LEFT_BEHIND.isdisjoint(file.parts)]
        if not kept:
            raise FileNotFoundError(path)
        yield from kept


@cache
def describe_surroundings() -> str:
    """The day, Python, and the version of every distribution, PostgreSQL's binaries among them."""
    installed = sorted(f"{found.name}=={found.version}" for found in distributions())
    today = datetime.now(UTC).date().isoformat()
    return "\n".join((today, sys.version, os.environ.get("TZ", ""), *installed))
