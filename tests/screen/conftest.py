"""The small world, more people around it, and the screen served from it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from database.connect import Database, connect
from orchestration.engine.calendars.editing import CalendarRules, add_calendar
from tests.dbt.conftest import built_small_world
from tests.dbt.warehouse import derive_clocks
from tests.screen.browser import Browser, serve
from tests.templates import Template, borrow_copy

__all__ = ["built_small_world"]

PEOPLE = Path(__file__).with_name("people.sql")
BERLIN = CalendarRules("Europe/Berlin", variant_of="business hours", location="Berlin")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")


@pytest.fixture(scope="session")
def peopled(built_small_world: Template) -> Iterator[Database]:
    """The built small world with delegates and managers: read it, don't change it."""
    with borrow_copy(built_small_world.database, f"screen_{WORKER}") as copied:
        with connect(copied, "tat_owner") as owner:
            owner.execute(PEOPLE.read_bytes())
            add_calendar(owner, "Berlin", BERLIN)
            derive_clocks(owner)
        yield copied


@pytest.fixture(scope="session")
def browser(peopled: Database) -> Iterator[Browser]:
    """A screen that only tokens open."""
    with serve(peopled) as served:
        yield served


@pytest.fixture(scope="session")
def proxied(peopled: Database) -> Iterator[Browser]:
    """A screen behind a proxy that says who asks."""
    with serve(peopled, "X-Forwarded-Email") as served:
        yield served
