"""The commands that edit rules, explain, compare and watch, as somebody types them."""

import csv
import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from database.connect import Database, connect, read_remembered, remember_database
from database.settings import Settings
from orchestration.commands.bringing_up import choose_name
from orchestration.engine.tick import read_database_time
from tests.alerts.workflow import Engine, Workflow
from tests.ingestion.bundles import build_level, build_rows, write_bundle
from tests.orchestration.command_line import run

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Answer:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


Tat = Callable[..., Answer]


@pytest.fixture
def tat(
    database: Database,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Tat:
    """Runs the command on the test's database and says what came of it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TAT_HOME", str(settings.home))
    remember_database(settings, database.name)
    monkeypatch.setenv("COLUMNS", "200")

    def answer(*arguments: str) -> Answer:
        capsys.readouterr()
        code = run(monkeypatch, *arguments)
        shown = capsys.readouterr()
        return Answer(code, shown.out, shown.err)

    return answer


def add_running_level(workflow: Workflow) -> Any:
    """An EXPRESS level of 4 h, around the clock, of which 2.5 h are over."""
    now = read_database_time(workflow.connection)
    request = workflow.add_request(request_number="REQ-7", priority="EXPRESS")
    return workflow.add_level(request_id=request, tat_hours=4, started_at=now - 2.5 * HOUR)


def test_a_calendar_is_added_changed_and_removed(tat: Tat) -> None:
    hours = ("--hours", "mon-fri 09:00-13:00,14:00-18:00", "--hours", "sat 10:00-12:00")
    added = tat("calendar", "add", "Amsterdam", "--zone", "Europe/Amsterdam", *hours)
    assert added.code == 0
    (kept,) = [
        row for row in tat("calendar", "list", "--format", "json").data if "Ams" in row["calendar"]
    ]
    assert kept["time_zone"] == "Europe/Amsterdam"
    assert kept["hours"] == "mon-fri 09:00-13:00,14:00-18:00; sat 10:00-12:00"
    assert tat("calendar", "set-day", "Amsterdam", "2026-12-24", "--hours", "09:00-12:00").code == 0
    assert "09:00-12:00" in tat("calendar", "show", "Amsterdam").out
    assert tat("calendar", "remove", "Amsterdam").code == 0
    assert "Amsterdam" not in tat("calendar", "list").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("calendar", "add", "X", "--zone", "Mars/Olympus", "--always-open"), "Mars/Olympus"),
        (("calendar", "show", "nowhere"), "nowhere"),
        (("calendar", "remove", "business hours"), "business hours"),
        (("policy", "set", "STANDARD", "--thresholds", "80,60"), "two percentages"),
        (("policy", "set", "STANDARD", "--calendar", "nowhere"), "nowhere"),
        (("holiday", "remove", "11111111-1111-1111-1111-111111111111"), "11111111"),
        (("explain", "REQ-404/1"), "REQ-404"),
        (("reconcile",), "tat tick"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_mistake_is_one_clear_line(tat: Tat, arguments: tuple[str, ...], message: str) -> None:
    answer = tat(*arguments)
    assert answer.code == 1
    last = answer.err.splitlines()[-1]
    assert last.startswith("error: ")
    assert message in last
    assert "Traceback" not in answer.err


def test_a_holiday_is_previewed_then_declared_then_taken_back(tat: Tat, workflow: Workflow) -> None:
    now = read_database_time(workflow.connection)
    level = workflow.add_level(started_at=now - 24 * 30 * HOUR, tat_hours=4000)
    assert tat("tick").code == 0
    due_at = workflow.read_clock(level)["due_at"]
    monday = now + timedelta(days=14 - now.weekday())
    arguments = ("holiday", "add", f"{monday:%Y-%m-%d}", "Founders' day")
    preview = tat(*arguments, "--dry-run", "--format", "json").data
    assert (preview["summary"]["levels_moved"], preview["applied"]) == (1, False)
    assert tat("holiday", "list", "--format", "json").data == []
    assert workflow.read_clock(level)["due_at"] == due_at
    applied = tat(*arguments, "--format", "json").data
    assert applied["applied"]
    assert applied["moves"] == preview["moves"]
    assert workflow.read_clock(level)["due_at"] > due_at
    (holiday,) = tat("holiday", "list", "--format", "json").data
    assert tat("holiday", "remove", holiday["holiday_id"]).code == 0
    assert workflow.read_clock(level)["due_at"] == due_at


def test_alerts_of_a_time_ahead_are_counted_and_not_recorded(tat: Tat, workflow: Workflow) -> None:
    now = read_database_time(workflow.connection)
    level = workflow.add_level(started_at=now, priority="EXPRESS", tat_hours=2)
    ahead = ("tick", "--as-of", f"{now + 3 * HOUR:%Y-%m-%dT%H:%M:%S%z}")
    refused = tat(*ahead)
    assert refused.code == 1
    assert "--rehearse" in refused.err
    rehearsed = tat(*ahead, "--rehearse", "--format", "json")
    assert rehearsed.data[0]["alerts_recorded"] == 3
    assert workflow.list_types(level) == []
    assert workflow.fetch_all("select 1 from tat.tick_log") == []


def test_a_policy_is_asked_about_then_changed(tat: Tat, workflow: Workflow) -> None:
    level = add_running_level(workflow)
    assert tat("tick").code == 0
    assert workflow.list_types(level) == ["TAT_50"]
    question = tat("policy", "what-if", "EXPRESS", "--tat-hours", "2", "--format", "json").data
    assert json.dumps(question).count("open_late_after") >= 1
    assert workflow.list_types(level) == ["TAT_50"]
    dry = tat("policy", "set", "EXPRESS", "--thresholds", "50,60", "--dry-run", "--format", "json")
    assert dry.data["due_now"] == [{"alert_type": "TAT_75", "alerts": 1}]
    assert tat("policy", "set", "EXPRESS", "--thresholds", "50,60").code == 0
    assert workflow.list_types(level) == ["TAT_50", "TAT_75"]
    rows = tat("policy", "list", "--format", "json").data
    assert [row["thresholds"] for row in rows if row["priority"] == "EXPRESS"] == ["50,60,100"]


def test_a_level_is_explained_by_whatever_names_it(tat: Tat, workflow: Workflow) -> None:
    level = add_running_level(workflow)
    tat("tick")
    by_number = tat("explain", "REQ-7/1")
    assert by_number.code == 0
    assert "TAT_50 at 50 %" in by_number.out
    explained = tat("explain", str(level), "--format", "json").data
    assert explained["level_id"] == str(level)
    assert "threshold" in {line["kind"] for line in explained["lines"]}
    assert tat("explain", str(level)[:13], "--format", "csv").out.startswith("cycle,kind,")


def test_an_empty_answer_names_its_database(tat: Tat, database: Database) -> None:
    assert "(1 row)" in tat("query", "select 1").out
    assert f"(0 rows in the database {database.name})" in tat("query", "select 1 where false").out


def test_a_load_chooses_its_database_and_a_failed_one_does_not(
    tat: Tat, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "users.csv").write_text("user_id,email,display_name\n")
    chosen = read_remembered(settings)
    assert tat("load", str(tmp_path / "nowhere")).code == 1
    assert read_remembered(settings) == chosen
    assert choose_name(settings, None, sample=False) == chosen
    assert choose_name(settings, None, sample=True) == "sample"
    assert choose_name(settings, Path("data/My Bundle"), sample=False) == "my_bundle"


def test_a_load_tells_machines_its_reasons_and_warnings(tat: Tat, tmp_path: Path) -> None:
    rows = build_rows()
    rows["users"][0]["shoe_size"] = "43"
    rows["approval_levels"] += [build_level("l3", level_number=2), build_level("l4", tat_hours="0")]
    folder = write_bundle(tmp_path / "odd", rows)
    (folder / "notes.txt").write_text("nothing")
    reason = "tat_hours is less than 0.01"
    left_out = "notes.txt is not the file of a table and was left out."
    for extra in ([], ["--dry-run"]):
        told = tat("load", str(folder), "--format", "json", *extra).data
        assert told["reasons"] == [{"table": "approval_levels", "reason": reason, "rows": 1}]
        assert told["warnings"][0] == left_out
        assert "share their request_id and level_number" in told["warnings"][1]
        assert told["tables"][0]["unknown_columns"] == ["shoe_size"]
        assert (told["batch_id"] is None) == bool(extra)
        lines = csv.DictReader(tat("load", str(folder), "--format", "csv", *extra).out.splitlines())
        by_table = {line["table"]: line for line in lines}
        assert by_table["approval_levels"]["reasons"] == f"{reason}: 1"
        assert by_table["approval_levels"]["warnings"] == told["warnings"][1]
        assert (by_table[""]["read"], by_table[""]["warnings"]) == ("", left_out)


def test_a_shell_is_given_what_dbt_needs(tat: Tat, database: Database) -> None:
    exported = tat("db", "env").out
    script = f'{exported}\nprintf \'%s %s\' "$TAT_PG_DBNAME" "$TAT_PG_PASSWORD"'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == f"{database.name} {database.password}"
    assert "DBT_PROFILES_DIR" in exported
    assert "PATH=" not in exported.replace("_PATH=", "")
    assert "TAT_DEV_NAME=" in exported
    assert "DBT_TARGET" not in exported


def test_reconcile_fails_when_an_alert_is_gone(tat: Tat, workflow: Workflow) -> None:
    add_running_level(workflow)
    tat("tick")
    clean = tat("reconcile")
    assert clean.code == 0
    assert "1 levels, 1 crossings" in clean.out
    workflow.connection.execute("delete from tat.tat_alerts")
    broken = tat("reconcile", "--format", "json")
    assert broken.code == 1
    assert "missing" in broken.out


def test_status_is_a_check_for_whatever_watches_from_outside(
    tat: Tat, workflow: Workflow, database: Database
) -> None:
    never = tat("status", "--check")
    assert never.code == 1
    assert "No tick has ever finished" in never.err
    with connect(database, "tat_engine", autocommit=True) as connection:
        Engine(connection).tick(read_database_time(connection))
    assert tat("status", "--check").code == 0
    workflow.connection.execute(
        "update tat.tick_log set finished_at = finished_at - interval '3 minutes'"
    )
    dead = tat("status", "--check", "--format", "json")
    assert dead.code == 1
    assert dead.data[0]["is_alive"] is False


def test_a_query_shows_every_column_of_one_name(tat: Tat) -> None:
    sql = "select count(*), count(*) + 7 as count from generate_series(1, 3)"
    assert tat("query", sql, "--format", "json").data == [{"count": 3, "count_2": 10}]
    assert tat("query", sql, "--format", "csv").out.splitlines() == ["count,count_2", "3,10"]
    header, _, figures, *_ = tat("query", sql).out.strip().splitlines()
    assert (header.split(), figures.split()) == (["count", "count_2"], ["3", "10"])


def test_a_join_shows_the_columns_of_both_sides(tat: Tat) -> None:
    sql = (
        "select * from (values (1, 'a')) as requests (id, name)"
        " inner join (values (2, 'b')) as levels (id, name) on true"
    )
    assert tat("query", sql, "--format", "json").data == [
        {"id": 1, "name": "a", "id_2": 2, "name_2": "b"}
    ]
