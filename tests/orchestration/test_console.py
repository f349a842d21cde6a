"""What a person sees: wide rows, hostile text, and a command list that loads nothing."""

import io
import subprocess
import sys
from collections.abc import Mapping, Sequence

import pytest
from typer.main import get_command

from orchestration import cli
from orchestration.commands.console import Terminal, format_csv, print_table

WIDE = {f"column_{number}": f"value of column {number}" for number in range(12)}


def show(rows: Sequence[Mapping[str, object]], *, width: int, is_terminal: bool) -> list[str]:
    """The lines that rows make in a terminal, or in a file."""
    console = Terminal(file=io.StringIO(), width=width, force_terminal=is_terminal, no_color=True)
    print_table(console, rows, list(rows[0]))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_a_row_too_wide_for_the_terminal_is_a_line_for_each_column() -> None:
    lines = show([WIDE, WIDE], width=80, is_terminal=True)
    assert max(len(line) for line in lines) <= 80
    assert any("row 2" in line for line in lines)
    assert sum("value of column 7" in line for line in lines) == 2


def test_a_row_in_a_file_has_the_room_that_it_needs() -> None:
    lines = show([WIDE], width=80, is_terminal=False)
    assert sum(all(value in line for value in WIDE.values()) for line in lines) == 1


def test_text_that_moves_a_terminal_is_shown_as_what_it_is() -> None:
    hostile = "\x1b]0;owned\x07 [bold]red[/] \u202eevil"
    (line,) = [
        line for line in show([{"title": hostile}], width=80, is_terminal=True) if "own" in line
    ]
    assert r"\u001b]0;owned\u0007 [bold]red[/] \u202eevil" in line
    assert "\x07" not in line


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1"])
def test_text_that_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    assert format_csv([{"a": text, "b": -5, "c": "a-b"}], ["a", "b", "c"]).splitlines()[1:] in (
        [f"'{text},-5,a-b"],
        [f'"\'{text}",-5,a-b'],
    )


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_the_list_says_of_each_command_what_its_help_says(name: str) -> None:
    loaded = cli.load_command(name)
    assert loaded.help.splitlines()[0] == cli.COMMANDS[name][1]


def test_the_list_of_commands_loads_no_module_of_any() -> None:
    code = (
        "import sys; from orchestration import cli\n"
        "try: cli.app(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted(set(sys.modules) & {'psycopg', 'pydantic', 'numpy', 'alembic', 'dagster'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "simulate" in done.stdout


def test_a_misspelt_command_is_told_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        get_command(cli.app)(["recnocile"])
    assert "Did you mean 'reconcile'?" in capsys.readouterr().err
