"""Which tests run, and which worker runs them.

Some proofs are repeated with many seeds, kills and races: `--full` runs them all, a plain run a few
of each kind. `--quick` leaves out what needs dbt, or processes besides one PostgreSQL.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

FULL = pytest.mark.full
# Those that run dbt are a group: their worker parses the project once.
RUN_DBT = (
    "dbt/test_replacing.py",
    "dbt/test_scope.py",
    "dbt/test_stored_facts.py",
    "dbt/test_counted_reports.py",
    "dbt/test_lineage.py",
    "dbt/test_targets.py",
    "golden/test_golden_bundle.py",
    "golden/test_kpi_pages.py",
)
# Those that run commands share what the home remembers as the database in use.
RUN_COMMANDS = (
    "orchestration/test_adopting.py",
    "orchestration/test_commands.py",
    "orchestration/test_delivering.py",
    "orchestration/test_quarantining.py",
    "orchestration/test_mapping.py",
    "orchestration/test_reporting.py",
    "orchestration/test_run_storage.py",
    "orchestration/test_sourcing.py",
    "screen/test_screening.py",
    "dbt/test_metrics.py",
)
# The longest begin, so that the workers end at about the same time.
GROUPS = (
    RUN_DBT,
    ("end_to_end/test_sample.py",),
    ("end_to_end/test_public_data.py",),
    RUN_COMMANDS,
)
# Folders whose tests import dbt or Dagster, and fixtures of the others that are slow to make.
OF_DBT = {"dashboards", "dbt", "golden", "end_to_end", "orchestration", "screen"}
SLOW_FIXTURES = {
    "own_server",
    "empty_home",
    "new_home",
    "open_folder",
    "parsed_project",
    "load",
    "company",
}


def several(values: Iterable[Any], first: int = 1) -> list[Any]:
    """Parameters of which a plain run takes the first ones only."""
    return [
        value if number < first else pytest.param(value, marks=FULL)
        for number, value in enumerate(values)
    ]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the two other extents of a run."""
    group = parser.getgroup("turnaround")
    group.addoption("--full", action="store_true", help="all seeds, kills and races")
    group.addoption("--bi", action="store_true", help="the dashboards, in Superset and a browser")
    group.addoption("--quick", action="store_true", help="no dbt, one PostgreSQL, few seeds")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Don't even import what a quick run leaves out, nor the browser's tests unless asked for."""
    is_left_out = config.option.quick and collection_path.name in OF_DBT
    is_left_out |= collection_path.name == "bi" and not config.option.bi
    return True if is_left_out else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this run does not reach."""
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        (kept if is_reached(item, config) else left_out).append(item)
    items[:] = sorted(kept, key=rank) if hasattr(config, "workerinput") else kept
    config.hook.pytest_deselected(items=left_out)


def rank(item: pytest.Item) -> int:
    """The place of a test's module among those that begin."""
    beginning = [module for group in GROUPS for module in group]
    module = name_module(item.nodeid)
    return beginning.index(module) if module in beginning else len(beginning)


def is_reached(item: pytest.Item, config: pytest.Config) -> bool:
    """Whether a run of this extent includes the test."""
    if item.get_closest_marker("full") is not None and not config.option.full:
        return False
    if not config.option.quick:
        return True
    needed = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("slow") is None and needed.isdisjoint(SLOW_FIXTURES)


class GroupScheduling(LoadScopeScheduling):
    """Gives a worker a group at a time, in the order of collection."""

    def _split_scope(self, nodeid: str) -> str:
        """The group of a test."""
        return find_group(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> GroupScheduling:
    """Keep each module on one worker, and all that runs dbt."""
    config.option.loadscopereorder = False
    return GroupScheduling(config, log)


def find_group(nodeid: str) -> str:
    """The module of a test, or the group that its module belongs to."""
    module = name_module(nodeid)
    return next((group[0] for group in GROUPS if module in group), module)


def runs_dbt(nodeid: str) -> bool:
    """Whether a test is of those that run dbt."""
    return name_module(nodeid) in RUN_DBT


def name_module(nodeid: str) -> str:
    """The module of a test, from the folder of the tests on."""
    return nodeid.partition("::")[0].removeprefix("tests/")
