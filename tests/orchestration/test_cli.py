"""The command: help everywhere, one clear line when something is wrong, formats for machines."""

import csv
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from database.connect import Database
from orchestration import cli
from orchestration.commands.console import OutputFormat, print_error, print_rows
from orchestration.reading import query_as_bi, read_sql
from tests.orchestration.command_line import run

COMMANDS = [
    ["up"],
    ["down"],
    ["status"],
    ["migrate"],
    ["load"],
    ["tick"],
    ["build"],
    ["docs"],
    ["query"],
    ["simulate"],
    ["db", "url"],
    ["explain"],
    ["reconcile"],
    *(["dashboards", name] for name in ("start", "stop", "write")),
    *(["calendar", name] for name in ("list", "show", "add", "set", "set-day", "remove")),
    *(["holiday", name] for name in ("list", "add", "remove")),
    *(["policy", name] for name in ("list", "set", "what-if")),
]


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Away from anybody's settings and home."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TAT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TAT_DATABASE_URL", raising=False)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *command, "--help") == 0
    assert "Usage: tat" in capsys.readouterr().out


def test_a_wrong_setting_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TAT_TIMEZONE", "Mars/Olympus")
    assert run(monkeypatch, "migrate") == 1
    shown = capsys.readouterr().err.strip()
    assert shown.startswith("error: TAT_TIMEZONE=Mars/Olympus is wrong")
    assert "Traceback" not in shown


def test_status_says_that_nothing_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "status") == 1
    assert "Start it with `tat up`" in capsys.readouterr().err


READING = [
    ["query", "select 1"],
    ["explain", "REQ-1/1"],
    ["reconcile"],
    ["tick"],
    ["build"],
    ["db", "url"],
    ["calendar", "list"],
    ["holiday", "list"],
    ["policy", "list"],
    ["metrics", "list"],
    ["dashboards", "start"],
]


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_only_up_load_and_migrate_make_a_database(
    command: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    assert run(monkeypatch, *command) == 1
    shown = capsys.readouterr().err.strip()
    assert shown.startswith(f"error: There is no database in {tmp_path / 'home'} yet. `tat up`")
    assert not (tmp_path / "home").exists()


def test_a_bundle_that_cannot_be_read_makes_no_database(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(monkeypatch, "up", "--once", "--bundle", str(tmp_path / "nothing")) == 1
    assert "is not a folder" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()


def test_down_leaves_a_database_of_others_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TAT_DATABASE_URL", "postgresql://someone:secret@127.0.0.1:1/none")
    assert run(monkeypatch, "down") == 1
    shown = capsys.readouterr().err
    assert "not Turnaround's to stop" in shown
    assert "secret" not in shown


def test_an_unreachable_database_is_one_clear_line_without_its_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TAT_DATABASE_URL", "postgresql://someone:secret@127.0.0.1:1/none")
    assert run(monkeypatch, "tick") == 1
    shown = capsys.readouterr().err
    assert shown.startswith("error: ")
    assert "secret" not in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize(("text", "file"), [(None, None), ("select 1", Path("x.sql"))])
def test_a_query_comes_from_one_place(text: str | None, file: Path | None) -> None:
    with pytest.raises(ValueError, match="Give the SQL as an argument"):
        read_sql(text, file)


def test_rows_keep_their_meaning_in_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"name": 'Ravi, "the" one', "share": Decimal("85.00"), "alerts": 3843, "note": None}]
    columns = list(rows[0])
    print_rows(rows, columns, OutputFormat.JSON)
    (found,) = json.loads(capsys.readouterr().out)
    assert found == {"name": 'Ravi, "the" one', "share": 85, "alerts": 3843, "note": None}
    print_rows(rows, columns, OutputFormat.CSV)
    header, line = csv.reader(io.StringIO(capsys.readouterr().out))
    assert header == columns
    assert line == ['Ravi, "the" one', "85.00", "3843", ""]
    print_rows(rows, columns)
    assert "3,843" in capsys.readouterr().out


def test_brackets_in_a_message_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    print_error("[Errno 2] no such file: [bold] of ['a']")
    assert capsys.readouterr().err.strip() == "error: [Errno 2] no such file: [bold] of ['a']"


def test_brackets_in_a_column_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([{"[bold]": "[red]"}], ["[bold]"])
    assert capsys.readouterr().out.split() == ["[bold]", "──────", "[red]"]


def test_several_statements_answer_one_after_the_other(database: Database) -> None:
    results = query_as_bi(database, "select 1 as one; select alert_type from tat_alerts;")
    assert [columns for columns, _ in results] == [["one"], ["alert_type"]]
    assert results[0][1] == [{"one": 1}]


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("select 1, 2 as other, 3", ["?column?", "other", "?column?_2"]),
        ("select 1 as n, 2 as n, 3 as n", ["n", "n_2", "n_3"]),
        ("select 1 as n, 2 as n, 3 as n_2, 4 as n", ["n", "n_3", "n_2", "n_4"]),
        ("select 1 as n_2, 2 as n_2, 3 as n, 4 as n", ["n_2", "n_2_2", "n", "n_3"]),
        ('select 1 as n, 2 as "N"', ["n", "N"]),
    ],
)
def test_columns_of_one_name_are_numbered_and_no_other_name_changes(
    database: Database, sql: str, columns: list[str]
) -> None:
    ((found, rows),) = query_as_bi(database, sql)
    assert found == columns
    assert rows == [dict(zip(columns, range(1, len(columns) + 1), strict=True))]


def list_commands(name: str, command: Any) -> Iterator[tuple[str, str]]:
    """The name and the help of a command, or of each one in a group."""
    for inner, below in getattr(command, "commands", {}).items():
        yield from list_commands(f"{name} {inner}", below)
    if not getattr(command, "commands", {}):
        yield name, command.help or ""


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_the_help_of_each_command_says_what_it_changes(name: str) -> None:
    for command, text in list_commands(name, cli.load_command(name)):
        assert re.search(r"[Cc]hange|[Dd]ropped", text), command
