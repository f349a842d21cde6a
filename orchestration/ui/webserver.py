"""`dagster-webserver` behind the guard: `python -m orchestration.ui.webserver`, same options."""

from dagster_webserver import app, cli
from dagster_webserver.app import DagsterWebserver  # type: ignore[attr-defined]
from starlette.middleware import Middleware

from database.settings import load_settings
from orchestration.ui.guard import LOOPBACK, Guard


class GuardedWebserver(DagsterWebserver):
    """Dagster's web server, which looks first who asks."""

    def build_middleware(self) -> list[Middleware]:
        """The guard, then Dagster's own."""
        names = {*LOOPBACK, *load_settings().allowed_hosts}
        return [Middleware(Guard, names=names), *super().build_middleware()]


if __name__ == "__main__":
    # Dagster makes the server from this name and has no option for another one.
    app.DagsterWebserver = GuardedWebserver  # type: ignore[attr-defined]
    cli.main()  # type: ignore[no-untyped-call]
