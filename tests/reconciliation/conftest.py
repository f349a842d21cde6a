"""The app's and the engine's side of one database, as the tests of alerts have them."""

from tests.alerts.conftest import engine, workflow

__all__ = ["engine", "workflow"]
