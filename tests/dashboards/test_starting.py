"""What starting Superset refuses, and what it takes for its own: no Superset is needed for that."""

import json
import os
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from database.connect import Database
from orchestration.commands.dashboards import find_bi_url
from orchestration.dashboards import superset
from orchestration.dashboards.superset import (
    Served,
    SupersetError,
    SupersetFiles,
    build_environment,
    find_request_url,
    find_served,
    start_superset,
    stop_superset,
)
from tests.dbt.warehouse import Warehouse
from tests.templates import make_settings


def test_a_login_that_can_take_on_other_roles_is_given_to_no_superset(warehouse: Warehouse) -> None:
    outside = replace(warehouse.database, home=None)
    with pytest.raises(ValueError, match="TAT_BI_LOGIN=user:password"):
        find_bi_url(outside)
    own = replace(outside, logins=(("tat_bi", "analyst", "its own"),))
    assert find_bi_url(own).startswith("postgresql://analyst:its%20own@")


def test_a_database_without_views_is_not_shown(database: Database) -> None:
    with pytest.raises(ValueError, match="not built yet: run `tat build`"):
        find_bi_url(database)


def test_without_superset_the_command_says_what_installs_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(superset, "PYTHON", tmp_path / "python")
    with pytest.raises(SupersetError, match="run `make bi`"):
        start_superset(make_settings(tmp_path), database, "postgresql://", 8088)
    assert list(tmp_path.iterdir()) == []


def test_superset_is_told_no_login_but_that_of_analysts(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAT_DATABASE_URL", "postgresql://owner:secret@db/app")
    files = SupersetFiles(tmp_path)
    environment = build_environment(make_settings(tmp_path), database, files, "postgresql://bi")
    assert {name: value for name, value in environment.items() if name.startswith("TAT_")} == {
        "TAT_BI_URL": "postgresql://bi",
        "TAT_BI_REQUEST_URL": "",
    }
    assert environment["TZ"] == "Asia/Kolkata"


def test_a_request_leads_to_the_app_before_the_request_screen(tmp_path: Path) -> None:
    plain = make_settings(tmp_path)
    screen = plain.model_copy(update={"screen_url": "https://tat.example.com"})
    both = screen.model_copy(update={"request_url": "https://app.example.com/{request_id}"})
    assert find_request_url(plain) == ""
    assert find_request_url(screen) == "https://tat.example.com/requests/{request_number}"
    assert find_request_url(both) == "https://app.example.com/{request_id}"


def test_a_process_that_only_has_the_number_is_left_alone(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    files = superset.find_files(settings)
    files.root.mkdir()
    began = psutil.Process().create_time()
    files.process.write_text(json.dumps([os.getpid(), began, 8088, "digest"]))
    assert find_served(files) == Served(os.getpid(), began, 8088, "digest")
    files.process.write_text(json.dumps([os.getpid(), began - 1, 8088, "digest"]))
    assert find_served(files) is None
    assert stop_superset(settings) is False
    assert not files.process.exists()
