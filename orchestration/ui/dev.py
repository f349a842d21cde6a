"""`dagster dev` with the guarded web server: `python -m orchestration.ui.dev`, same options."""

from collections.abc import Sequence
from subprocess import Popen
from typing import Any

from dagster._cli import dev
from dagster._cli.dev import open_ipc_subprocess  # type: ignore[attr-defined]

THEIRS, OURS = "dagster_webserver", "orchestration.ui.webserver"


def start_service(parts: Sequence[str], **kwargs: Any) -> Popen[Any]:
    """Start a service of `dagster dev`, ours in place of its web server."""
    return open_ipc_subprocess([OURS if part == THEIRS else part for part in parts], **kwargs)


if __name__ == "__main__":
    # `dagster dev` names the module of its web server itself and has no option for another one.
    dev.open_ipc_subprocess = start_service  # type: ignore[attr-defined]
    dev.dev_command()
